// Package platform is a wing of the house: what any program of this kind needs,
// and what knows nothing of crimes. cli (flags, signals, log, exit codes),
// usage (the error that asks for another command or input), durable (files that
// are whole or absent), broker (an in-process Kafka), metrics (health and
// metrics of a role), connlimit (a bound on connections), ports (is one taken).
package platform
