package stream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"

	"hotspot/internal/stream"
)

func TestWhatIsWrittenIsReadInOrder(t *testing.T) {
	for _, tt := range []struct {
		name       string
		partitions int
		each       int // rows of one Write
		n          int
	}{
		{"row by row, 1 partition", 1, 1, 20},
		{"row by row, 3 partitions", 3, 1, 20},
		{"many rows at once, 1 partition", 1, 4500, 9000},
		{"many rows at once, 3 partitions", 3, 4500, 9000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			topic := open(t)
			create(t, topic, tt.partitions)
			sent := messages(0, tt.n)
			for some := range slices.Chunk(sent, tt.each) {
				write(t, topic, some)
			}
			want := make([][]stream.Message, tt.partitions)
			for _, m := range sent {
				p := stream.Partition(m.Key, tt.partitions)
				m.Partition, m.Offset = p, int64(len(want[p]))
				want[p] = append(want[p], m)
			}
			for p := range tt.partitions {
				if got := readAll(t, topic, p, 0); !slices.EqualFunc(got, want[p], equal) {
					t.Errorf("partition %d: read %d messages that differ from the %d written", p, len(got), len(want[p]))
				}
				if tail := readAll(t, topic, p, 3); tail[0].Offset != 3 {
					t.Errorf("partition %d from offset 3 begins at %d", p, tail[0].Offset)
				}
			}
		})
	}
}

func equal(a, b stream.Message) bool {
	return a.Partition == b.Partition && a.Offset == b.Offset && bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) &&
		slices.EqualFunc(a.Headers, b.Headers, func(a, b stream.Header) bool { return a.Key == b.Key && bytes.Equal(a.Value, b.Value) })
}

func TestPartitionIsThatOfTheJavaClient(t *testing.T) {
	// kgo's default partitioner hashes keys as Java's client does.
	java := kgo.StickyKeyPartitioner(nil).ForTopic("t")
	for i := range 3000 {
		key := fmt.Appendf(nil, "%d", i*7919)[:1+i%3]
		key = append(key, bytes.Repeat([]byte{byte(i)}, i%9)...)
		for _, n := range []int{1, 2, 3, 7, 12, 100} {
			want := java.Partition(&kgo.Record{Key: key}, n)
			if got := stream.Partition(key, n); got != want {
				t.Fatalf("Partition(%q, %d) = %d, want %d", key, n, got, want)
			}
		}
	}
}

func TestRangesAndBefore(t *testing.T) {
	topic := open(t)
	ctx := t.Context()
	if _, err := topic.Ranges(ctx); !errors.Is(err, stream.ErrNoTopic) {
		t.Errorf("Ranges without topic: %v, want ErrNoTopic", err)
	}
	create(t, topic, 2)
	create(t, topic, 5) // the existing one's number of partitions wins
	if _, ok := last(t, topic, 1); ok {
		t.Error("an empty partition has a last record")
	}
	m := messages(0, 5000)
	write(t, topic, m)
	var n [2]int64
	for i := range m {
		n[m[i].Partition]++
	}
	ranges, err := topic.Ranges(ctx)
	if want := []stream.Range{{0, n[0]}, {0, n[1]}}; err != nil || !cmp.Equal(ranges, want) {
		t.Errorf("Ranges = %v, %v, want %v", ranges, err, want)
	}
	for _, offset := range []int64{0, 1, n[1] / 2, n[1], n[1] + 10} {
		got, ok, err := topic.Before(ctx, 1, ranges[1], offset)
		if want := min(offset, n[1]) - 1; err != nil || ok != (want >= 0) || ok && got.Offset != want {
			t.Errorf("Before(%d) = offset %d, %t, %v, want offset %d", offset, got.Offset, ok, err, want)
		}
	}
}

// A hole in the offsets is what a transaction leaves; the last record lies
// before it.
func TestLastAndNextPassOverHoles(t *testing.T) {
	topic := open(t)
	ctx := t.Context()
	create(t, topic, 1)
	write(t, topic, messages(0, 3))
	tx := client(t, topic, kgo.TransactionalID(topic.Name()))
	for range 3 {
		if err := tx.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := tx.ProduceSync(ctx, &kgo.Record{Topic: topic.Name(), Value: []byte("v")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		if err := tx.EndTransaction(ctx, kgo.TryCommit); err != nil {
			t.Fatal(err)
		}
	}
	// 0 1 2 v m v m v m: offsets 4, 6 and 8 are markers. A broker answers the
	// end of a transaction before its marker is in the log.
	r := readerAt(topic, 0, 0)
	defer r.Close()
	for _, want := range []int64{0, 1, 2, 3, 5, 7} {
		if m, err := r.Next(ctx); err != nil || m.Offset != want {
			t.Errorf("Next = offset %d, %v, want %d", m.Offset, err, want)
		}
	}
	if m, ok := last(t, topic, 0); !ok || m.Offset != 7 {
		t.Errorf("the last record has offset %d, %t, want 7", m.Offset, ok)
	}
	write(t, topic, messages(3, 1))
	if m, err := r.Next(ctx); err != nil || m.Offset != 9 {
		t.Errorf("Next behind the last marker = offset %d, %v, want 9", m.Offset, err)
	}
}

// K17: a producer of others may compress.
func TestReaderReadsAllCompressions(t *testing.T) {
	for name, codec := range map[string]kgo.CompressionCodec{
		"K17 gzip": kgo.GzipCompression(), "K17 snappy": kgo.SnappyCompression(),
		"K17 lz4": kgo.Lz4Compression(), "K17 zstd": kgo.ZstdCompression(),
	} {
		t.Run(name, func(t *testing.T) {
			topic := open(t)
			create(t, topic, 1)
			c := client(t, topic, kgo.ProducerBatchCompression(codec))
			var records []*kgo.Record
			for _, m := range messages(0, 500) {
				records = append(records, &kgo.Record{Topic: topic.Name(), Key: m.Key, Value: m.Value})
			}
			if err := c.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
				t.Fatal(err)
			}
			got := readAll(t, topic, 0, 0)
			if len(got) != 500 || !bytes.Equal(got[499].Value, messages(499, 1)[0].Value) {
				t.Errorf("read %d messages, want 500 with their values", len(got))
			}
		})
	}
}

func TestNullAndEmptyValuesArrive(t *testing.T) {
	topic := open(t)
	create(t, topic, 1)
	write(t, topic, []stream.Message{{Key: []byte("k")}, {Key: []byte("k"), Value: []byte{}}, {Value: []byte("v")}})
	got := readAll(t, topic, 0, 0)
	if len(got) != 3 || len(got[0].Value) != 0 || len(got[1].Value) != 0 || got[2].Key != nil || string(got[2].Value) != "v" {
		t.Errorf("read %v", got)
	}
}

func TestReaderFollowsTheLogUntilItsContextEnds(t *testing.T) {
	topic := open(t)
	create(t, topic, 1)
	r := readerAt(topic, 0, 0)
	defer r.Close()
	w := topic.NewWriter()
	for i := range 5 {
		if err := w.Write(t.Context(), messages(i, 1)); err != nil {
			t.Fatal(err)
		}
		if m, err := r.Next(t.Context()); err != nil || m.Offset != int64(i) {
			t.Fatalf("Next = offset %d, %v, want %d", m.Offset, err, i)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Next after its context: %v", err)
	}
}

func TestCommitIsWhatLagToolsSee(t *testing.T) {
	topic := open(t)
	create(t, topic, 2)
	write(t, topic, messages(0, 100))
	err := topic.Retry(t.Context(), "commit", func(ctx context.Context) error {
		return topic.Commit(ctx, topic.Name()+"-group", map[int]int64{0: 7, 1: 9})
	})
	if err != nil {
		t.Fatal(err)
	}
	got := committed(t, topic, topic.Name()+"-group")
	if want := map[int32]int64{0: 7, 1: 9}; !cmp.Equal(got, want) {
		t.Errorf("committed %v, want %v", got, want)
	}
}

func TestDeleteMakesRoomForANewTopic(t *testing.T) {
	topic := open(t)
	for round := range 3 {
		create(t, topic, 1)
		if n := len(readAll(t, topic, 0, 0)); n != 0 {
			t.Errorf("round %d: %d messages in a new topic", round, n)
		}
		write(t, topic, messages(0, 10))
		if err := topic.Delete(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := topic.Delete(t.Context()); err != nil {
		t.Errorf("Delete without topic: %v", err)
	}
}

func TestCreatedTopicKeepsItsRowsForEverUnlessToldOtherwise(t *testing.T) {
	for retention, ms := range map[time.Duration]string{0: "-1", 24 * time.Hour: "86400000"} {
		topic := open(t)
		if err := topic.Create(t.Context(), 1, retention); err != nil {
			t.Fatal(err)
		}
		got := configs(t, topic, "cleanup.policy", "retention.ms")
		if want := map[string]string{"cleanup.policy": "delete", "retention.ms": ms}; !cmp.Equal(got, want) {
			t.Errorf("configuration = %v, want %v", got, want)
		}
	}
}
