package stream

import "github.com/segmentio/kafka-go"

// Partition returns the partition of n that a message with this key goes to,
// as Java's client decides it: Murmur2, modulo n. So a topic that was filled by
// any of the usual clients can be continued by any other.
func Partition(key []byte, n int) int {
	if n <= 1 {
		return 0
	}
	all := make([]int, n)
	for p := range all {
		all[p] = p
	}
	return kafka.Murmur2Balancer{Consistent: true}.Balance(kafka.Message{Key: key}, all...)
}
