// Package platform is a wing of the house: what any program of this kind needs,
// and what knows nothing of crimes. cli (flags, signals, log, exit codes),
// durable (files that are whole or absent), broker (an in-process Kafka),
// metrics (health and metrics of a role).
package platform
