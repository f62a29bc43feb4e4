package stream

import (
	"cmp"
	"slices"

	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"
)

// aborted knows which batches of one answer belong to aborted transactions,
// while they are walked through in order. The broker lists each such
// transaction with its first offset, and a control batch ends it.
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
func (a *aborted) drop(head *batchHead) bool {
	if head.Attributes.Control() {
		delete(a.active, head.ProducerID) // the next transaction of that producer is another one
		return true
	}
	for len(a.todo) > 0 && a.todo[0].FirstOffset <= head.FirstOffset {
		a.active[a.todo[0].ProducerID] = true
		a.todo = a.todo[1:]
	}
	return head.Attributes.Transactional() && a.active[head.ProducerID]
}
