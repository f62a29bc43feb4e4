package stream

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

// The head of a record batch, version 2 (Kafka protocol, "Record Batch").
const (
	atLength      = 8  // int32: bytes behind it
	atMagic       = 16 // int8: 2
	atChecksum    = 17 // uint32: CRC-32C of what follows
	atAttributes  = 21 // int16: compression, transaction, control
	atLastDelta   = 23 // int32: last offset, less the first
	atFirstTime   = 27 // int64: ms
	atMaxTime     = 35 // int64: ms
	atProducer    = 43 // int64, int16, int32: not ours, -1
	atCount       = 57 // int32: records
	headBytes     = 61
	maxInflated   = 64 << 20 // of a compressed batch; brokers take 1 MiB of it by default
	leastRecord   = 7        // bytes
	beforeRecords = 12       // what atLength does not count
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errTruncated = errors.New("stream: a record batch contradicts its own lengths")

// addAll takes the messages of all whole record batches in data. They hold on
// to data. When a batch is damaged, those before it stay, and the error comes
// only if there are none: the next fetch begins with it.
func (f *fetched) addAll(data []byte, partition int, gone *aborted) error {
	start := f.next
	for len(data) > atMagic {
		length := int(int32(binary.BigEndian.Uint32(data[atLength:])))
		if length < 0 || length > len(data)-beforeRecords {
			return nil // the last one is cut off: it is fetched again
		}
		batch := data[:beforeRecords+length]
		var err error
		if magic := data[atMagic]; magic == 2 {
			err = f.addBatch(batch, partition, gone)
		} else {
			err = f.addOld(batch, partition)
		}
		if err != nil {
			if f.next > start {
				return nil
			}
			return err
		}
		data = data[len(batch):]
	}
	return nil
}

// addBatch takes the messages of one record batch, or only notes where it ends
// when they are not for a reader.
func (f *fetched) addBatch(b []byte, partition int, gone *aborted) error {
	if len(b) < headBytes {
		return errTruncated
	}
	if got, want := crc32.Checksum(b[atAttributes:], castagnoli), binary.BigEndian.Uint32(b[atChecksum:]); got != want {
		return fmt.Errorf("stream: record batch at offset %d of partition %d is damaged: CRC-32C %08x, not %08x", binary.BigEndian.Uint64(b), partition, got, want)
	}
	attributes := protocol.Attributes(binary.BigEndian.Uint16(b[atAttributes:]))
	first := int64(binary.BigEndian.Uint64(b))
	count := int(int32(binary.BigEndian.Uint32(b[atCount:])))
	end := first + int64(int32(binary.BigEndian.Uint32(b[atLastDelta:]))) + 1
	drop := gone.drop(first, int64(binary.BigEndian.Uint64(b[atProducer:])), attributes)
	if count > 0 && !drop {
		records := b[headBytes:]
		if attributes.Compression() != 0 {
			var err error
			if records, err = inflate(records, attributes); err != nil {
				return err
			}
		}
		if count > len(records)/leastRecord {
			return errTruncated
		}
		if err := f.addRecords(records, first, count, partition); err != nil {
			return err
		}
	}
	f.next = max(f.next, end) // of an emptied batch too
	return nil
}

func inflate(data []byte, a protocol.Attributes) ([]byte, error) {
	codec := a.Compression().Codec()
	if codec == nil {
		return nil, fmt.Errorf("stream: records are compressed in an unknown way, %d", a.Compression())
	}
	r := codec.NewReader(bytes.NewReader(data))
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if err == nil && len(out) > maxInflated {
		err = &FatalError{Msg: fmt.Sprintf("a record batch inflates to more than %d bytes: it is none of ours; begin anew with --fresh, or take another topic by --topic", maxInflated)}
	}
	return out, err
}

// addRecords takes the messages at or behind f.next; the batch may begin
// before.
func (f *fetched) addRecords(data []byte, first int64, count, partition int) error {
	if f.messages == nil {
		f.messages = make([]Message, 0, count)
	}
	before := len(f.messages)
	headers := make([]Header, 0, count) // ours have one each
	name := ""
	d := cursor{data: data}
	for range count {
		size := d.varint()
		rec := cursor{data: d.take(size), failed: d.failed}
		rec.take(1) // attributes: unused
		rec.varint()
		m := Message{Partition: partition, Offset: first + rec.varint()}
		m.Key = rec.bytes()
		m.Value = rec.bytes()
		from := len(headers)
		n := rec.varint()
		for i := int64(0); i < n && !rec.failed; i++ {
			if key := rec.take(rec.varint()); string(key) != name {
				name = string(key)
			}
			headers = append(headers, Header{Key: name, Value: rec.bytes()})
		}
		if rec.failed || n < 0 {
			f.messages = f.messages[:before]
			return errTruncated
		}
		if n > 0 {
			m.Headers = headers[from:len(headers):len(headers)]
		}
		if m.Offset >= f.next {
			f.messages = append(f.messages, m)
		}
	}
	return nil
}

// cursor reads varints and what they measure. After a failure it reads nothing.
type cursor struct {
	data   []byte
	failed bool
}

// varint reads a zigzag varint.
func (c *cursor) varint() int64 {
	var u uint64
	for i, b := range c.data {
		if b < 0x80 {
			u |= uint64(b) << (7 * i)
			c.data = c.data[i+1:]
			return int64(u>>1) ^ -int64(u&1)
		}
		if i == 9 {
			break
		}
		u |= uint64(b&0x7f) << (7 * i)
	}
	c.failed, c.data = true, nil
	return 0
}

// take returns the next n bytes.
func (c *cursor) take(n int64) []byte {
	if n < 0 || n > int64(len(c.data)) {
		c.failed, c.data = true, nil
		return nil
	}
	b := c.data[:n:n]
	c.data = c.data[n:]
	return b
}

// bytes reads a length and as many bytes, nil for the length -1.
func (c *cursor) bytes() []byte {
	n := c.varint()
	if n == -1 {
		return nil
	}
	return c.take(n)
}

// addOld takes the messages of a batch from before Kafka 0.11, which have no
// headers; kafka-go knows these formats.
func (f *fetched) addOld(batch []byte, partition int) error {
	var set protocol.RecordSet
	size := binary.BigEndian.AppendUint32(nil, uint32(len(batch)))
	if _, err := set.ReadFrom(bufio.NewReader(io.MultiReader(bytes.NewReader(size), bytes.NewReader(batch)))); err != nil {
		return err
	}
	for set.Records != nil {
		r, err := set.Records.ReadRecord()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		m := Message{Partition: partition, Offset: r.Offset}
		if m.Key, err = protocol.ReadAll(r.Key); err != nil {
			return err
		}
		if m.Value, err = protocol.ReadAll(r.Value); err != nil {
			return err
		}
		if m.Offset >= f.next {
			f.next = m.Offset + 1
			f.messages = append(f.messages, m)
		}
	}
	return nil
}
