package stream

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go/protocol"

	"hotspot/internal/platform/cause"
	"hotspot/internal/testkit/memtest"
)

// some are messages of all shapes: absent and empty keys, values and headers.
func some(n int) []Message {
	rng := rand.New(rand.NewPCG(1, 2))
	m := make([]Message, n)
	for i := range m {
		m[i] = Message{Offset: int64(i), Value: bytes.Repeat([]byte{'v'}, rng.IntN(300))}
		if i%3 > 0 {
			m[i].Key = bytes.Repeat([]byte{'k'}, i%3-1)
		}
		for h := range i % 4 {
			m[i].Headers = append(m[i].Headers, Header{Key: fmt.Sprint("h", h), Value: []byte{byte(i)}})
		}
	}
	m[n-1].Value = nil
	return m
}

// reference encodes m with kafka-go.
func reference(t testing.TB, m []Message, version int8, a protocol.Attributes) []byte {
	t.Helper()
	var records []protocol.Record
	for _, m := range m {
		r := protocol.Record{Offset: m.Offset, Time: time.UnixMilli(1), Key: protocol.NewBytes(m.Key), Value: protocol.NewBytes(m.Value)}
		if version == 2 {
			r.Headers = m.Headers
		}
		records = append(records, r)
	}
	var b bytes.Buffer
	set := protocol.RecordSet{Version: version, Attributes: a, Records: protocol.NewRecordReader(records...)}
	if _, err := set.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()[4:]
}

func TestDecodeKnowsAllCompressions(t *testing.T) {
	m := some(200)
	tests := []struct {
		name string
		data []byte
		want []Message
		next int64
	}{
		{"plain", reference(t, m, 2, 0), m, 200},
		{"gzip", reference(t, m, 2, protocol.Gzip), m, 200},
		{"snappy", reference(t, m, 2, protocol.Snappy), m, 200},
		{"lz4", reference(t, m, 2, protocol.Lz4), m, 200},
		{"zstd", reference(t, m, 2, protocol.Zstd), m, 200},
		{"control", reference(t, m, 2, protocol.Control), nil, 200},
		{"the last batch cut off", append(reference(t, m, 2, 0), reference(t, m, 2, 0)[:500]...), m, 200},
		{"nothing", nil, nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f fetched
			if err := f.addAll(tt.data, 0, newAborted(nil)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, f.messages); diff != "" || f.next != tt.next {
				t.Errorf("next %d, want %d; messages: %s", f.next, tt.next, diff)
			}
		})
	}
}

func TestDecodeRefusesTheFormatBeforeKafka011(t *testing.T) {
	var f fetched
	if err := f.addAll(reference(t, some(5), 1, 0), 0, newAborted(nil)); !cause.Final(err) || len(f.messages) != 0 {
		t.Errorf("%d messages, error %v; want none and a fatal error", len(f.messages), err)
	}
}

// A batch that begins before the offset asked for, and one that compaction has
// emptied: its end is in its head.
func TestDecodeFollowsTheOffsets(t *testing.T) {
	data := reference(t, some(10), 2, 0)
	f := fetched{next: 7}
	if err := f.addAll(data, 3, newAborted(nil)); err != nil {
		t.Fatal(err)
	}
	if len(f.messages) != 3 || f.messages[0].Offset != 7 || f.messages[0].Partition != 3 || f.next != 10 {
		t.Errorf("%d messages, next %d; want those from 7 to 9", len(f.messages), f.next)
	}
	empty := make([]byte, headBytes)
	copy(empty, data)
	binary.BigEndian.PutUint32(empty[8:], headBytes-beforeLength)
	binary.BigEndian.PutUint32(empty[57:], 0)
	resum(empty)
	f = fetched{next: 2}
	if err := f.addAll(empty, 0, newAborted(nil)); err != nil || len(f.messages) != 0 || f.next != 10 {
		t.Errorf("an emptied batch: %d messages, next %d, error %v; want none, 10, nil", len(f.messages), f.next, err)
	}
}

func resum(b []byte) {
	binary.BigEndian.PutUint32(b[17:], crc32.Checksum(b[atAttributes:], castagnoli))
}

func TestDecodeFindsDamage(t *testing.T) {
	whole := reference(t, some(50), 2, 0)
	for i := atMagic + 1; i < len(whole); i += 7 {
		b := bytes.Clone(whole)
		b[i] ^= 0x10
		var f fetched
		if err := f.addAll(b, 0, newAborted(nil)); err == nil {
			t.Fatalf("byte %d was changed, and the batch was taken", i)
		}
		f = fetched{}
		if err := f.addAll(append(bytes.Clone(whole), b...), 0, newAborted(nil)); err != nil || len(f.messages) != 50 {
			t.Fatalf("byte %d of the second batch was changed: %d messages, error %v; want the first batch's 50", i, len(f.messages), err)
		}
	}
}

// FuzzDecode: whatever a broker sends, nothing panics and offsets go up.
func FuzzDecode(f *testing.F) {
	f.Add(reference(f, some(5), 2, 0))
	f.Add(reference(f, some(5), 2, protocol.Gzip))
	f.Add(reference(f, some(5), 1, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > headBytes && data[atMagic] == 2 {
			resum(data) // else the checksum refuses nearly everything
		}
		var got fetched
		memtest.Bounded(t, func() { _ = got.addAll(data, 0, newAborted(nil)) })
		for i := range got.messages {
			if m := got.messages[i]; m.Offset < 0 || len(m.Value) > maxInflated {
				t.Errorf("message %d: offset %d, %d bytes", i, m.Offset, len(m.Value))
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	m := some(4000)
	data := reference(b, m, 2, 0)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var f fetched
		if err := f.addAll(data, 0, newAborted(nil)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(m))/b.Elapsed().Seconds(), "rows/s")
}
