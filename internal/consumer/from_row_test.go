package consumer_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// spread sends messages and lets the beginning of each partition go: what it
// has of the rows up to gone[p].
func spread(t *testing.T, top *stream.Topic, c consumer.Config, messages []stream.Message, gone []int) {
	t.Helper()
	send(t, top, messages...)
	for p, last := range gone {
		expired := int64(0)
		err := top.Scan(t.Context(), p, 0, int64(len(messages)), func(m stream.Message) error {
			if bytes.Compare(m.Key, messages[last-1].Key) <= 0 { // keys go up with the rows
				expired = m.Offset + 1
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		testkit.DeleteBefore(t, c.Kafka.Brokers, c.Kafka.Topic, int32(p), expired)
	}
}

// A topic has lost its first rows. A new folder that begins with the first row
// of a later batch has the very batches of a folder that has them all, and is
// gone on with like any other.
func TestAFolderThatBeginsWithALaterRow(t *testing.T) {
	const batches = 6
	messages := rows(t, batches*size+30, 1, "Test")
	want := clean(t, messages, batches)
	for _, gone := range [][]int{{250}, {10, 390, 100}} {
		t.Run(fmt.Sprint(len(gone), " partitions"), func(t *testing.T) {
			top, c := topic(t, len(gone))
			spread(t, top, c, messages, gone)
			var halt *consumer.HaltError
			if err := consume(t, c, batches); !errors.As(err, &halt) || halt.Reason != consumer.HaltGap || !strings.Contains(err.Error(), "--from-row 401") {
				t.Fatalf("without --from-row: %v, want a gap and the row to begin with", err)
			}
			c.FromRow = 401
			if err := consume(t, c, 4); err != nil {
				t.Fatal(err)
			}
			again := c
			again.FromRow = 0 // the folder knows
			if err := consume(t, again, batches-1); err != nil {
				t.Fatal(err)
			}
			if err := consume(t, c, batches); err != nil {
				t.Fatal(err)
			}
			var names []string
			for n := 3; n <= batches; n++ {
				names = append(names, batch.CSVName(n), batch.ManifestName(n))
				testkit.SameFile(t, want, c.Dir, batch.CSVName(n))
				testkit.SameFile(t, want, c.Dir, batch.ManifestName(n))
			}
			for n := 3; n <= batches; n++ {
				names = append(names, model.Name(n))
			}
			if got := testkit.Whole(t, c.Dir); len(got) != len(names) {
				t.Errorf("files %v, want %v", got, names)
			}
			d, err := durable.Open(c.Dir)
			if err != nil {
				t.Fatal(err)
			}
			manifests, err := batch.OpenFolder(d).Manifests()
			if err != nil || len(manifests) != batches-2 || manifests[0].Transport.FromRow != 401 || manifests[1].Transport.FromRow != 0 {
				t.Fatalf("%d manifests, %v", len(manifests), err)
			}
			if m := manifests[0]; m.Transport.Duplicates != 0 {
				t.Errorf("%d duplicates: rows before --from-row count as none", m.Transport.Duplicates)
			}
			for n := 3; n <= batches; n++ {
				m, _, err := model.OpenFolder(d).Read(n)
				if err != nil {
					t.Fatal(err)
				}
				if first := m.AlignedTo == nil; first != (n == 3) || !first && *m.AlignedTo != n-1 {
					t.Errorf("model %d is numbered after %v", n, m.AlignedTo)
				}
			}
			again.FromRow = 601
			if err := consume(t, again, batches); err == nil || !strings.Contains(err.Error(), "begins with row 401, not with --from-row 601") {
				t.Errorf("with another --from-row: %v", err)
			}
		})
	}
}

// A model of a folder that begins later is trained again to the same bytes,
// and what came provisionally is one of its files.
func TestAFolderThatBeginsLaterIsMendedLikeAnyOther(t *testing.T) {
	messages := rows(t, 5*size+30, 1, "Test")
	top, c := topic(t, 1)
	spread(t, top, c, messages, []int{2*size - 1}) // row 400 is the first one left
	c.FromRow = 401
	if err := consume(t, c, 5); err != nil {
		t.Fatal(err)
	}
	before := map[string][]byte{}
	for _, name := range testkit.Whole(t, c.Dir) {
		data, err := os.ReadFile(filepath.Join(c.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		before[name] = data
	}
	for _, name := range []string{model.Name(3), model.Name(5), batch.ManifestName(5)} {
		if err := os.Remove(filepath.Join(c.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := consume(t, c, 5); err != nil {
		t.Fatal(err)
	}
	for name, want := range before {
		got, err := os.ReadFile(filepath.Join(c.Dir, name))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is not what it was: %v", name, err)
		}
	}
}

// The row before the first one has to be there: it alone says what that one
// continues.
func TestTheRowBeforeTheFirstOneHasToBeThere(t *testing.T) {
	messages := rows(t, 5*size, 1, "Test")
	top, c := topic(t, 1)
	spread(t, top, c, messages, []int{2 * size}) // row 401 is the first one left
	c.FromRow = 401
	err := consume(t, c, 5)
	for _, says := range []string{"want row 400", "got 401", "--from-row 601"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(c.Dir, "batch-*")); len(files) > 0 {
		t.Errorf("%v were written", files)
	}
}

func TestFromRowThatCannotBe(t *testing.T) {
	tests := []struct {
		name   string
		change func(*consumer.Config)
		says   string
	}{
		{"in the middle of a batch", func(c *consumer.Config) { c.FromRow = 6000 }, "5001 or 10001 with --batch-size 5000"},
		{"of another batch size", func(c *consumer.Config) { c.FromRow, c.BatchSize = 5001, 300 }, "4801 or 5101 with --batch-size 300"},
		{"beyond all batches", func(c *consumer.Config) { c.FromRow, c.BatchSize = 1<<32, 1 }, "batch 999999999 at most"},
		{"beyond --batches", func(c *consumer.Config) { c.FromRow, c.Batches = 10001, 2 }, "row 10001 begins batch 3"},
		{"of a foreign topic", func(c *consumer.Config) { c.FromRow, c.Order = 5001, "offset" }, "--order offset"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := consumer.Config{Dir: "out", Kafka: stream.Config{Brokers: []string{"127.0.0.1:1"}, Topic: "t"}}
			tt.change(&c)
			if err := c.Validate(); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Validate: %v, want %q", err, tt.says)
			}
		})
	}
}
