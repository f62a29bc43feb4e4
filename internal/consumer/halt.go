package consumer

import "fmt"

// The reasons of a HaltError.
const (
	HaltGap   = "gap"   // a row is missing for ever
	HaltChain = "chain" // the next row does not continue the chain
)

// HaltError says that the consumer cannot go on without a person: going on
// would lose a row or mix two files. Nothing was written.
type HaltError struct {
	Reason    string // HaltGap or HaltChain
	Topic     string
	Partition int
	Offset    int64
	Row       int64 // the row that was wanted
	Msg       string
}

func (e *HaltError) Error() string {
	return fmt.Sprintf("consumer: halted: %s: topic %s, partition %d, offset %d: %s",
		e.Reason, e.Topic, e.Partition, e.Offset, e.Msg)
}
