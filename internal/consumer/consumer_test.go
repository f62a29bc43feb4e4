package consumer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hotspot/internal/consumer"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const size = 200 // rows in a batch of these tests

// rows are the messages of a file of n rows, in order.
func rows(t testing.TB, n int, seed uint64, title string) []stream.Message {
	t.Helper()
	reported := make([]string, n)
	for i := range reported {
		reported[i] = time.Date(2019, 1, 1, 0, i+1, 0, 0, time.UTC).Format("2006-01-02T15:04:05")
	}
	return rowsReported(t, reported, seed, title)
}

// rowsReported are the messages of a file whose rows were reported then.
func rowsReported(t testing.TB, reported []string, seed uint64, title string) []stream.Message {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 0))
	var messages []stream.Message
	chain := crime.StartChain(crime.Source{Title: title, Invented: true, Area: crime.Denver.String()})
	for i, date := range reported {
		row := i + 1
		id := fmt.Sprint(2019000000 + int(seed)*100000 + row)
		var text [crime.NumColumns]string
		text[crime.ColIncidentID], text[crime.ColOffenseID] = id, id+"299900"
		text[crime.ColOffenseCategory] = []string{"larceny", "burglary", "arson"}[rnd.IntN(3)]
		text[crime.ColReported], text[crime.ColFirstOccurrence] = date, date
		text[crime.ColGeoLon] = fmt.Sprintf("%.6f", -105+.2*rnd.Float64())
		text[crime.ColGeoLat] = fmt.Sprintf("%.6f", 39.65+.15*rnd.Float64())
		rec, err := crime.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		value := rec.AppendValue(nil)
		chain = chain.Next(value)
		header := crime.Header{Row: int64(row), Line: int64(row + 1), Chain: chain, Source: crime.Source{Title: title, Invented: true, Area: crime.Denver.String()}}
		messages = append(messages, stream.Message{
			Key: []byte(id), Value: value, Headers: []stream.Header{{Key: crime.HeaderKey, Value: header.Append(nil)}},
		})
	}
	return messages
}

// topic makes a topic with so many partitions on a broker of the test.
func topic(t testing.TB, partitions int) (*stream.Topic, consumer.Config) {
	t.Helper()
	c := consumer.Config{Kafka: testkit.Kafka(t), Dir: filepath.Join(t.TempDir(), "out")}
	c.BatchSize, c.Restarts, c.GapTimeout = size, 2, 300*time.Millisecond
	top, err := stream.Open(c.Kafka, testkit.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { top.Close() })
	if err := top.Create(t.Context(), partitions, 0); err != nil {
		t.Fatal(err)
	}
	return top, c
}

func send(t testing.TB, top *stream.Topic, messages ...stream.Message) {
	t.Helper()
	w := top.NewWriter()
	if err := w.Write(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
}

// consume runs the consumer until batch n, or until it ends by itself.
func consume(t testing.TB, c consumer.Config, n int) error {
	t.Helper()
	c.Batches = n
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	err := consumer.Run(ctx, testkit.Log(t), c)
	if ctx.Err() != nil {
		t.Fatalf("consumer did not reach batch %d: %s", n, status(t, c.Dir))
	}
	return err
}

func status(t testing.TB, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "open.json"))
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// clean is the folder of an undisturbed run over messages.
func clean(t testing.TB, messages []stream.Message, batches int) string {
	t.Helper()
	top, c := topic(t, 1)
	send(t, top, messages...)
	if err := consume(t, c, batches); err != nil {
		t.Fatal(err)
	}
	return c.Dir
}

func TestMessagesThatAreNoRowsAreDeadLetters(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	want := clean(t, good, 2)
	other := rows(t, 2*size, 2, "Other")
	headerOf := func(m stream.Message) []byte { return m.Headers[0].Value }
	tests := []struct {
		name, reason string
		message      stream.Message
	}{
		{"K01 tombstone", "empty-value", stream.Message{Key: []byte("1"), Headers: good[60].Headers}},
		{"K02 empty value", "empty-value", stream.Message{Key: []byte("1"), Value: []byte{}, Headers: good[60].Headers}},
		{"K03 random binary value", "not-a-record", stream.Message{Value: []byte{0xff, 0, 1, 2}, Headers: good[60].Headers}},
		{"K04 no header", "no-row-header", stream.Message{Value: good[60].Value}},
		{"K05 header not of the form", "bad-row-header", stream.Message{Value: good[60].Value, Headers: []stream.Header{{Key: "hotspot", Value: []byte("2 x y")}}}},
		{"K05 header twice", "bad-row-header", stream.Message{Value: good[60].Value, Headers: append(good[60].Headers, good[60].Headers...)}},
		{"K06 other schema", "unknown-schema", stream.Message{Value: good[60].Value, Headers: []stream.Header{{Key: "hotspot", Value: append([]byte("9"), headerOf(good[60])[1:]...)}}}},
		{"K07 row of another file, seen", "conflict", other[10]},
		{"K09 same row, other bytes", "conflict", stream.Message{Value: other[10].Value, Headers: good[10].Headers}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			top, c := topic(t, 1)
			send(t, top, append(append(append([]stream.Message{}, good[:50]...), tt.message), good[50:]...)...)
			if err := consume(t, c, 2); err != nil {
				t.Fatal(err)
			}
			testkit.SameFolder(t, want, c.Dir)
			letters := deadLetters(t, c.Dir)
			if len(letters) != 1 || letters[0].Reason != tt.reason || letters[0].Offset != 50 || !bytes.Equal(letters[0].Value, tt.message.Value) {
				t.Errorf("dead letters = %+v, want one of reason %s at offset 50 with its bytes", letters, tt.reason)
			}
			m := manifest(t, c.Dir, 1)
			if m.Transport.DeadLetters != 1 || m.Transport.Next[0] != size+1 {
				t.Errorf("transport = %+v, want 1 dead letter and the position behind it", m.Transport)
			}
		})
	}
}

func TestDuplicatesAreDroppedAndCounted(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	want := clean(t, good, 2)
	top, c := topic(t, 1)
	send(t, top, good[:150]...)
	send(t, top, good[100:]...) // K08: a run again after a lost acknowledgement
	if err := consume(t, c, 2); err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
	if m := manifest(t, c.Dir, 1); m.Transport.Duplicates != 50 {
		t.Errorf("duplicates = %d, want 50", m.Transport.Duplicates)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "dead-letters.ndjson")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("dead letters after plain duplicates: %v", err)
	}
}

func TestRowsOutOfOrderWithinTheWindowAreReordered(t *testing.T) {
	good := rows(t, 2*size, 1, "Test") // K10
	want := clean(t, good, 2)
	mixed := append([]stream.Message{}, good...)
	mixed[10], mixed[300] = mixed[300], mixed[10]
	top, c := topic(t, 1)
	send(t, top, mixed...)
	if err := consume(t, c, 2); err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
}

func TestTheConsumerHaltsRatherThanLoseARow(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	other := rows(t, 2*size, 2, "Other")
	tests := []struct {
		name       string
		partitions int
		messages   []stream.Message
		reason     string
		says       string
	}{
		{"K11 a row is missing", 1, append(append([]stream.Message{}, good[:50]...), good[51:]...), consumer.HaltGap, "want row 51, got 52"},
		{"K11 with several partitions", 3, append(append([]stream.Message{}, good[:50]...), good[51:]...), consumer.HaltGap, "want row 51, got 52"},
		{"K07 the next row is of another file", 1, append(append([]stream.Message{}, good[:50]...), other[50:]...), consumer.HaltChain, "row 51"},
		{"K12 the first rows are gone", 1, good[10:], consumer.HaltGap, "want row 1, got 11"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			top, c := topic(t, tt.partitions)
			send(t, top, tt.messages...)
			err := consume(t, c, 2)
			var halt *consumer.HaltError
			if !errors.As(err, &halt) || halt.Reason != tt.reason || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("Run = %v, want a halt for %s that says %q", err, tt.reason, tt.says)
			}
			if s := status(t, c.Dir); !strings.Contains(s, `"state":"halted"`) {
				t.Errorf("open.json = %s, want the state halted", s)
			}
			if files := testkit.Whole(t, c.Dir); len(files) != 0 {
				t.Errorf("files = %v, want none", files)
			}
		})
	}
}

func TestATopicMadeAnewFromTheSameFileDoesNoHarm(t *testing.T) {
	good := rows(t, 3*size, 1, "Test") // K13, K14
	want := clean(t, good, 3)
	for name, refill := range map[string][]stream.Message{
		"longer than the saved position":  good,
		"shorter than the saved position": nil,
	} {
		t.Run(name, func(t *testing.T) {
			top, c := topic(t, 1)
			send(t, top, good[:size+50]...)
			if err := consume(t, c, 1); err != nil {
				t.Fatal(err)
			}
			if err := top.Delete(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := top.Create(t.Context(), 1, 0); err != nil {
				t.Fatal(err)
			}
			if refill == nil {
				send(t, top, good[:100]...)
			} else {
				send(t, top, refill...)
			}
			done := make(chan error, 1)
			go func() { done <- consume(t, c, 3) }()
			if refill == nil {
				testkit.Eventually(t, "the consumer has read the shorter topic", func() bool { return strings.Contains(status(t, c.Dir), `"state":"waiting"`) })
				send(t, top, good[100:]...)
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			testkit.SameFolder(t, want, c.Dir)
		})
	}
	t.Run("from another file", func(t *testing.T) {
		top, c := topic(t, 1)
		send(t, top, good...)
		if err := consume(t, c, 1); err != nil {
			t.Fatal(err)
		}
		before := testkit.Whole(t, c.Dir)
		if err := top.Delete(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := top.Create(t.Context(), 1, 0); err != nil {
			t.Fatal(err)
		}
		send(t, top, rows(t, 3*size, 2, "Other")...)
		var halt *consumer.HaltError
		if err := consume(t, c, 3); !errors.As(err, &halt) || halt.Reason != consumer.HaltChain {
			t.Errorf("Run = %v, want a halt: the chain does not continue", err)
		}
		if after := testkit.Whole(t, c.Dir); len(after) != len(before) {
			t.Errorf("files = %v, want %v", after, before)
		}
	})
}

func TestAMissingModelIsTrainedAgainToTheSameBytes(t *testing.T) {
	good := rows(t, 3*size, 1, "Test")
	want := clean(t, good, 3)
	top, c := topic(t, 1)
	send(t, top, good...)
	if err := consume(t, c, 3); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{2, 3} {
		if err := os.Remove(filepath.Join(c.Dir, model.Name(n))); err != nil {
			t.Fatal(err)
		}
	}
	if err := consume(t, c, 3); err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
}

func TestASecondConsumerIsToldWhoHasTheFolder(t *testing.T) {
	_, c := topic(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, testkit.Log(t), c) }()
	until(t, c.Dir, "waiting", done)
	err := consumer.Run(t.Context(), testkit.Log(t), c)
	var locked *durable.LockedError
	if !errors.As(err, &locked) || locked.PID != os.Getpid() {
		t.Errorf("second Run = %v, want a LockedError with pid %d", err, os.Getpid())
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run after its context = %v, want nil", err)
	}
	if s := status(t, c.Dir); !strings.Contains(s, `"state":"stopped"`) {
		t.Errorf("open.json = %s, want the state stopped", s)
	}
}

func TestABatchThatCannotBeTrainedStillHasAModel(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	chain := crime.StartChain(crime.Source{Title: "Test", Invented: true, Area: crime.Denver.String()})
	for i := range good { // the rows of batch 1 lose their places
		rec, err := crime.ParseValue(good[i].Value)
		if err != nil {
			t.Fatal(err)
		}
		if i < size {
			rec.Text[crime.ColGeoLon], rec.Text[crime.ColGeoLat] = "", ""
		}
		good[i].Value = rec.AppendValue(nil)
		chain = chain.Next(good[i].Value)
		header := crime.Header{Row: int64(i + 1), Line: int64(i + 2), Chain: chain, Source: crime.Source{Title: "Test", Invented: true, Area: crime.Denver.String()}}
		good[i].Headers = []stream.Header{{Key: crime.HeaderKey, Value: header.Append(nil)}}
	}
	dir := clean(t, good, 2)
	d, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := model.OpenFolder(d).Read(1)
	if err != nil || first.Status != model.Untrainable || first.Reason == "" || len(first.Clusters) != 0 {
		t.Errorf("model 1 = %+v, %v, want untrainable, with a reason and no clusters", first, err)
	}
	second, _, err := model.OpenFolder(d).Read(2)
	if err != nil || len(second.Clusters) != 5 || second.AlignedTo != nil {
		t.Errorf("model 2 = %+v, %v, want 5 clusters, numbered anew", second, err)
	}
}

func ExampleConfig_Validate() {
	c := consumer.Config{Dir: "dataset-kafka", Kafka: stream.Config{Brokers: []string{"127.0.0.1:9092"}, Topic: "denver-crime"}}
	c.FromRow = 6000
	fmt.Println(c.Validate())
	// Output: --from-row 6000: want the first row of a batch: 5001 or 10001 with --batch-size 5000
}
