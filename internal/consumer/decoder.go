package consumer

import (
	"errors"

	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

// item is one message of the topic after decoding: a row, a dead letter, or a
// hole in the log.
type item struct {
	message stream.Message
	header  crime.Header
	record  crime.Record
	value   []byte // of the row, over which the chain goes: the message's own, but for a foreign one
	dead    string // the reason for which it is a dead letter; "" for a row
	why     error  // what is wrong with it, more exactly than the reason; may be nil
	end     int64  // end of the partition's log when the message was read
}

// The reasons of dead letters (docs/formats.md).
const (
	deadEmpty    = "empty-value"
	deadNoHeader = "no-row-header"
	deadHeader   = "bad-row-header"
	deadSchema   = "unknown-schema"
	deadRecord   = "not-a-record"
	deadConflict = "conflict"
)

// decoder turns the messages of one partition into items, in their order. It
// belongs to one goroutine.
type decoder interface {
	// decode fills a zero item. It never fails: what cannot be a row is a dead
	// letter with its reason.
	decode(m *stream.Message, it *item)
	// restart says that the next message is the partition's first one.
	restart()
	// continueAfter says that the next message comes after row, and what the
	// chain is after that row. Only a decoder that numbers rows itself needs it.
	continueAfter(row int64, chain crime.Chain)
}

// headerDecoder decodes the messages of our producer, whose header has number
// and chain.
type headerDecoder struct{ area string } // of the last row, which ParseArea took

func (*headerDecoder) restart()                         {}
func (*headerDecoder) continueAfter(int64, crime.Chain) {}

func (d *headerDecoder) decode(m *stream.Message, it *item) {
	it.message, it.value = *m, m.Value
	if m.Hole {
		return
	}
	text, headers := m.Header(crime.HeaderKey)
	if it.header, it.why = crime.ParseHeader(text); it.why == nil && it.header.Area != d.area {
		if _, it.why = crime.ParseArea(it.header.Area); it.why == nil {
			d.area = it.header.Area
		}
	}
	switch {
	case len(m.Value) == 0:
		it.dead = deadEmpty
	case headers == 0:
		it.dead, it.why = deadNoHeader, nil
	case errors.Is(it.why, crime.ErrUnknownSchema):
		it.dead = deadSchema
	case it.why != nil || headers > 1:
		it.dead = deadHeader
	default:
		if it.record, it.why = crime.ParseValue(m.Value); it.why != nil {
			it.dead = deadRecord
		}
	}
}

// detail is what is wrong with a dead letter, with the text at fault.
func (it *item) detail() string {
	var field *crime.FieldError
	if errors.As(it.why, &field) {
		return field.Detail()
	}
	if it.why != nil {
		return it.why.Error()
	}
	return ""
}
