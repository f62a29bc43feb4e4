package stream

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"
)

// kafka-go decodes the records of a fetch into pages, one object and several
// copies a record. We want the bytes: init puts our form of the answer into
// its table of messages. So kafka.Client.Fetch must not be used; nothing else
// of kafka-go reads that entry, and only this package imports kafka-go.
func init() { protocol.Register(&fetchapi.Request{}, &fetchResponse{}) }

// fetchResponse is the answer to a fetchapi.Request, records left as they came.
type fetchResponse struct {
	ThrottleTimeMs int32        `kafka:"min=v1,max=v11"`
	ErrorCode      int16        `kafka:"min=v7,max=v11"`
	SessionID      int32        `kafka:"min=v7,max=v11"`
	Topics         []fetchTopic `kafka:"min=v0,max=v11"`
}

// ApiKey implements protocol.Message.
func (*fetchResponse) ApiKey() protocol.ApiKey { return protocol.Fetch }

type fetchTopic struct {
	Topic      string           `kafka:"min=v0,max=v11"`
	Partitions []fetchPartition `kafka:"min=v0,max=v11"`
}

type fetchPartition struct {
	Partition            int32                          `kafka:"min=v0,max=v11"`
	ErrorCode            int16                          `kafka:"min=v0,max=v11"`
	HighWatermark        int64                          `kafka:"min=v0,max=v11"`
	LastStableOffset     int64                          `kafka:"min=v4,max=v11"`
	LogStartOffset       int64                          `kafka:"min=v5,max=v11"`
	AbortedTransactions  []fetchapi.ResponseTransaction `kafka:"min=v4,max=v11"`
	PreferredReadReplica int32                          `kafka:"min=v11,max=v11"`
	Records              rawRecords                     `kafka:"min=v0,max=v11"`
}

// rawRecords is record batches one after the other, the last one perhaps cut
// off.
type rawRecords struct{ data []byte }

// maxFetched bounds what one answer may bring. A broker returns what was asked
// for, or one record batch that is larger (KIP-74).
const maxFetched = 256 << 20

// ReadFrom reads the length and the bytes; kafka-go calls it.
func (r *rawRecords) ReadFrom(in io.Reader) (int64, error) {
	var size [4]byte
	if n, err := io.ReadFull(in, size[:]); err != nil {
		return int64(n), err
	}
	length := int32(binary.BigEndian.Uint32(size[:]))
	if length <= 0 { // none, or null
		return 4, nil
	}
	if length > maxFetched {
		return 4, fmt.Errorf("stream: a fetch brought %d bytes, at most %d are taken", length, maxFetched)
	}
	r.data = make([]byte, length)
	n, err := io.ReadFull(in, r.data)
	return 4 + int64(n), err
}
