package stream

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/segmentio/kafka-go/protocol"
	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"

	"hotspot/internal/platform/cause"
)

// batchHead stands before the records of a record batch of version 2 (Kafka
// protocol, "Record Batch").
//
//	| FirstOffset Length | LeaderEpoch Magic Checksum | Attributes ... Count | records |
//	                     |<------------------- Length bytes ----------------->|
//	                                                  |<-- under the checksum ------->|
//
// kafka-go decodes batches, too, and took 12 % more of a consumer's CPU. But
// it makes room for as many records and as much compressed data as a batch
// says it has, and does not tell where a batch ends that compaction has emptied.
type batchHead struct {
	FirstOffset     int64
	Length          int32
	LeaderEpoch     int32
	Magic           int8
	Checksum        uint32 // CRC-32C
	Attributes      protocol.Attributes
	LastOffsetDelta int32 // last offset, less the first
	FirstTime       int64 // ms
	MaxTime         int64 // ms
	ProducerID      int64
	ProducerEpoch   int16
	FirstSequence   int32
	Count           int32 // records
}

const (
	headBytes    = 61       // of a batchHead
	beforeLength = 12       // bytes that Length does not count
	atMagic      = 16       // in all versions
	atAttributes = 21       // where the checksum begins
	leastRecord  = 7        // bytes
	maxInflated  = 64 << 20 // bytes of a compressed batch; brokers take 1 MiB of it by default
)

var (
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)
	errTruncated = errors.New("it contradicts its own lengths")
)

// addAll takes the messages of all whole record batches in data. They hold on
// to data. When a batch is damaged, those before it stay, and the error comes
// only if there are none: the next fetch begins with it.
func (f *fetched) addAll(data []byte, partition int, gone *aborted) error {
	start := f.next
	for len(data) > atMagic {
		first, length := binary.BigEndian.Uint64(data), int32(binary.BigEndian.Uint32(data[8:]))
		if length < 0 || int(length) > len(data)-beforeLength {
			return nil // the last one is cut off: it is fetched again
		}
		batch := data[:beforeLength+length]
		if err := f.addBatch(batch, partition, gone); err != nil {
			if f.next > start {
				return nil
			}
			return fmt.Errorf("record batch at offset %d of partition %d: %w", first, partition, err)
		}
		data = data[len(batch):]
	}
	return nil
}

// addBatch takes the messages of one record batch, or only notes where it ends
// when they are not for a reader.
func (f *fetched) addBatch(batch []byte, partition int, gone *aborted) error {
	if len(batch) <= atMagic {
		return errTruncated
	}
	if batch[atMagic] != 2 {
		return cause.Of("not-ours", nil, "reason", fmt.Sprintf("a record batch has format %d, which is that of a Kafka before 0.11", batch[atMagic]))
	}
	var head batchHead
	if _, err := binary.Decode(batch, binary.BigEndian, &head); err != nil {
		return errTruncated
	}
	if got := crc32.Checksum(batch[atAttributes:], castagnoli); got != head.Checksum {
		return fmt.Errorf("it is damaged: CRC-32C %08x, not %08x", got, head.Checksum)
	}
	if head.Count > 0 && !gone.drop(&head) {
		records, err := inflate(batch[headBytes:], head.Attributes)
		if err != nil {
			return err
		}
		if err := f.addRecords(records, &head, partition); err != nil {
			return err
		}
	}
	f.next = max(f.next, head.FirstOffset+int64(head.LastOffsetDelta)+1) // of an emptied batch, too
	return nil
}

// inflate returns the records of a batch, uncompressed.
func inflate(records []byte, a protocol.Attributes) ([]byte, error) {
	if a.Compression() == 0 {
		return records, nil
	}
	codec := a.Compression().Codec()
	if codec == nil {
		return nil, fmt.Errorf("its records are compressed in an unknown way, %d", a.Compression())
	}
	r := codec.NewReader(bytes.NewReader(records))
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if err == nil && len(out) > maxInflated {
		err = cause.Of("not-ours", nil, "reason", fmt.Sprintf("a record batch inflates to more than %d bytes", maxInflated))
	}
	return out, err
}

// addRecords takes the messages at or behind f.next; the batch may begin
// before.
func (f *fetched) addRecords(data []byte, head *batchHead, partition int) error {
	if int(head.Count) > len(data)/leastRecord {
		return errTruncated
	}
	messages := f.messages
	if messages == nil {
		messages = make([]Message, 0, head.Count)
	}
	rest := cursor{data: data}
	for range head.Count {
		record := cursor{data: rest.take(rest.varint())}
		record.take(1)  // attributes: none are defined
		record.varint() // time
		m := Message{Partition: partition, Offset: head.FirstOffset + record.varint(), Key: record.bytes(), Value: record.bytes()}
		headers := record.varint()
		for i := int64(0); i < headers && !record.failed; i++ {
			m.Headers = append(m.Headers, Header{Key: string(record.take(record.varint())), Value: record.bytes()})
		}
		if rest.failed || record.failed || headers < 0 {
			return errTruncated
		}
		if m.Offset >= f.next {
			messages = append(messages, m)
		}
	}
	f.messages = messages
	return nil
}

// cursor reads the fields of a record. After one that does not fit it has
// failed, and reads nothing more.
type cursor struct {
	data   []byte
	failed bool
}

func (c *cursor) varint() int64 {
	v, n := binary.Varint(c.data)
	if n <= 0 {
		c.failed, n = true, 0
	}
	c.data = c.data[n:]
	return v
}

// take returns the next n bytes.
func (c *cursor) take(n int64) []byte {
	if n < 0 || n > int64(len(c.data)) {
		c.failed, n = true, 0
	}
	b := c.data[:n:n]
	c.data = c.data[n:]
	return b
}

// bytes reads a length and as many bytes, nil for the length -1.
func (c *cursor) bytes() []byte {
	if n := c.varint(); n != -1 {
		return c.take(n)
	}
	return nil
}

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
