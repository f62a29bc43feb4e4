package consumer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit"
)

// flushed runs a consumer with --flush until batch n has a provisional model
// of so many rows, and returns that model.
func flushed(t *testing.T, c consumer.Config, n, rows int) *model.Model {
	t.Helper()
	c.Flush = true
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- consumer.Run(ctx, testkit.Log(t), c) }()
	d, err := durable.Open(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var m *model.Model
	testkit.Eventually(t, fmt.Sprintf("provisional model %d of %d rows", n, rows), func() bool {
		select {
		case err := <-ended:
			t.Fatalf("consumer ended: %v; %s", err, status(t, c.Dir))
		default:
		}
		m, _, _ = model.OpenFolder(d).ReadProvisional(n) // not there yet, or just being replaced
		return m != nil && m.Rows.Total == rows
	})
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	return m
}

func provisionalFiles(t *testing.T, dir string) []string {
	t.Helper()
	return slices.DeleteFunc(testkit.Whole(t, dir), func(name string) bool { ok, _ := filepath.Match("*.partial.*", name); return !ok })
}

// K25: an idle topic with an open batch.
func TestTheNewestRowsHaveABatchAndAModelOfTheirOwnUntilTheBatchIsFull(t *testing.T) {
	good := rows(t, 3*size, 1, "Test")
	want := clean(t, good, 3)
	top, c := topic(t, 1)
	send(t, top, good[:size+70]...)
	m := flushed(t, c, 2, 70)
	if !m.Provisional || m.Batch.FirstRow != size+1 || m.Batch.LastRow != size+70 || m.AlignedTo == nil || *m.AlignedTo != 1 {
		t.Errorf("provisional model %+v, want rows %d to %d, numbered after model 1", m, size+1, size+70)
	}
	d, err := durable.Open(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := batch.OpenFolder(d).Provisional(2)
	if err != nil || b.CSV.SHA256 != m.Batch.SHA256 || b.Rows != 70 {
		t.Errorf("provisional batch %+v, %v; want the one of the model", b, err)
	}
	first := map[string][]byte{}
	for _, name := range provisionalFiles(t, c.Dir) {
		if first[name], err = os.ReadFile(filepath.Join(c.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if len(first) != 3 {
		t.Fatalf("provisional files %v, want batch, manifest and model", provisionalFiles(t, c.Dir))
	}

	// The same rows by another way: the same bytes.
	other, oc := topic(t, 3)
	send(t, other, good[:size+70]...)
	flushed(t, oc, 2, 70)
	for name := range first {
		testkit.SameFile(t, c.Dir, oc.Dir, name)
	}

	// More rows: replaced as a whole. A consumer without --flush leaves it until
	// the batch is full. Then it goes, and what stays is as if it had never been.
	send(t, top, good[size+70:2*size-1]...)
	flushed(t, c, 2, size-1)
	send(t, top, good[2*size-1:]...)
	if err := consume(t, c, 3); err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
}

func TestProvisionalFilesThatACrashLeftGoAtTheNextStart(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	want := clean(t, good, 2)
	top, c := topic(t, 1)
	send(t, top, good[:size+10]...)
	flushed(t, c, 2, 10)
	left := map[string][]byte{}
	for _, name := range provisionalFiles(t, c.Dir) {
		data, err := os.ReadFile(filepath.Join(c.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		left[name] = data
	}
	send(t, top, good[size+10:]...)
	if err := consume(t, c, 2); err != nil {
		t.Fatal(err)
	}
	for name, data := range left { // as if it had been killed behind the model
		if err := os.WriteFile(filepath.Join(c.Dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c.Batches = 0
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- consumer.Run(ctx, testkit.Log(t), c) }()
	testkit.Eventually(t, "the provisional files are gone", func() bool { return len(provisionalFiles(t, c.Dir)) == 0 })
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
}
