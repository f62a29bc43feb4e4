package stream

import (
	"cmp"
	"slices"

	"github.com/segmentio/kafka-go/protocol"
	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"
)

// aborted knows, while the batches of one answer are walked through in order,
// whose transaction is one that was aborted. No batch is lost by it that was
// not: the broker lists each such transaction with its first offset, and a
// control batch ends it.
type aborted struct {
	todo   []fetchapi.ResponseTransaction // ascending by first offset
	active map[int64]bool                 // by producer
}

func newAborted(list []fetchapi.ResponseTransaction) *aborted {
	todo := slices.Clone(list)
	slices.SortFunc(todo, func(a, b fetchapi.ResponseTransaction) int { return cmp.Compare(a.FirstOffset, b.FirstOffset) })
	return &aborted{todo: todo, active: map[int64]bool{}}
}

// drop reports whether the records of a batch are not for a reader.
func (a *aborted) drop(first, producer int64, attributes protocol.Attributes) bool {
	if attributes.Control() {
		delete(a.active, producer) // the next transaction of that producer is another one
		return true
	}
	for len(a.todo) > 0 && a.todo[0].FirstOffset <= first {
		a.active[a.todo[0].ProducerID] = true
		a.todo = a.todo[1:]
	}
	return attributes.Transactional() && a.active[producer]
}
