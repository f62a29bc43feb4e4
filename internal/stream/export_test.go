package stream

// Brokers lets a test reach the same brokers by another client.
func Brokers(t *Topic) []string { return t.config.Brokers }
