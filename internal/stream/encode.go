package stream

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// appendRecordSet appends m as a request has it: the length of the record
// batch, and the batch.
func appendRecordSet(dst []byte, m []Message, now time.Time) []byte {
	start := len(dst)
	dst = appendBatch(append(dst, 0, 0, 0, 0), m, now)
	binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// appendBatch appends m as one record batch of version 2, not compressed, all
// messages with the time now. It is what kafka-go would make of them, without
// its pages and without an object per record.
func appendBatch(dst []byte, m []Message, now time.Time) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, headBytes)...)
	for i := range m {
		dst = appendRecord(dst, &m[i], i)
	}
	b := dst[start:]
	ms := uint64(now.UnixMilli())
	binary.BigEndian.PutUint32(b[atLength:], uint32(len(b)-beforeRecords))
	binary.BigEndian.PutUint32(b[atLength+4:], ^uint32(0)) // leader epoch: the broker's
	b[atMagic] = 2
	binary.BigEndian.PutUint32(b[atLastDelta:], uint32(len(m)-1))
	binary.BigEndian.PutUint64(b[atFirstTime:], ms)
	binary.BigEndian.PutUint64(b[atMaxTime:], ms)
	for i := atProducer; i < atCount; i++ {
		b[i] = 0xff // no producer id, epoch and sequence
	}
	binary.BigEndian.PutUint32(b[atCount:], uint32(len(m)))
	binary.BigEndian.PutUint32(b[atChecksum:], crc32.Checksum(b[atAttributes:], castagnoli))
	return dst
}

// appendRecord appends message i of a batch.
func appendRecord(dst []byte, m *Message, i int) []byte {
	n := 1 + 1 + varintLen(int64(i)) + sizedLen(m.Key) + sizedLen(m.Value) + varintLen(int64(len(m.Headers)))
	for _, h := range m.Headers {
		n += varintLen(int64(len(h.Key))) + len(h.Key) + sizedLen(h.Value)
	}
	dst = binary.AppendVarint(dst, int64(n))
	dst = append(dst, 0, 0) // attributes: none; time: as the first
	dst = binary.AppendVarint(dst, int64(i))
	dst = appendSized(dst, m.Key)
	dst = appendSized(dst, m.Value)
	dst = binary.AppendVarint(dst, int64(len(m.Headers)))
	for _, h := range m.Headers {
		dst = append(binary.AppendVarint(dst, int64(len(h.Key))), h.Key...)
		dst = appendSized(dst, h.Value)
	}
	return dst
}

// varintLen is the length of a zigzag varint.
func varintLen(v int64) int {
	n := 1
	for u := uint64(v<<1) ^ uint64(v>>63); u >= 0x80; u >>= 7 {
		n++
	}
	return n
}

// sizedLen is the length of what appendSized appends.
func sizedLen(b []byte) int {
	if b == nil {
		return 1
	}
	return varintLen(int64(len(b))) + len(b)
}

// appendSized appends a length and the bytes; nil is the length -1.
func appendSized(dst, b []byte) []byte {
	if b == nil {
		return binary.AppendVarint(dst, -1)
	}
	return append(binary.AppendVarint(dst, int64(len(b))), b...)
}
