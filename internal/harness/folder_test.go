//go:build unix

package harness_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/source"
	"hotspot/internal/testkit"
)

// reference is what an undisturbed run makes of a file of rows.
type reference struct {
	input string
	by    batch.By
	rows  int
	size  int
	files map[string][]byte // see testkit.Comparable
}

func (r reference) batches() int {
	if r.by == batch.ByDay {
		return 2 * (r.rows/r.size - 1) // the last day stays open
	}
	return r.rows / r.size
}

// rowsIn is how many rows the first n batches have.
func (r reference) rowsIn(n int) int {
	if r.by == batch.ByDay {
		n = (n + 1) / 2
	}
	return n * r.size
}

// undisturbed makes the reference of an invented city.
func undisturbed(t testing.TB, rows, size int) reference {
	t.Helper()
	return undisturbedBy(t, batch.ByRows, rows, size)
}

// undisturbedBy is undisturbed of batches by rows or by day.
func undisturbedBy(t testing.TB, by batch.By, rows, size int) reference {
	t.Helper()
	r := reference{input: testkit.Generated(t, rows), by: by, rows: rows, size: size, files: map[string][]byte{}}
	if by == batch.ByDay {
		spreadOverDays(t, r.input, size)
	}
	kafka := testkit.Kafka(t)
	c := child{Broker: kafka.Brokers[0], Topic: kafka.Topic, Input: r.input, Dir: filepath.Join(t.TempDir(), "want"), BatchBy: by, BatchSize: size, Batches: r.batches()}
	c.Role = "producer"
	finish(t, c)
	c.Role = "consumer"
	finish(t, c)
	for _, name := range testkit.Whole(t, c.Dir) {
		data, err := os.ReadFile(filepath.Join(c.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		r.files[name] = testkit.Comparable(name, data)
	}
	if len(r.files) != 3*r.batches() {
		t.Fatalf("the undisturbed run made %d files, want %d", len(r.files), 3*r.batches())
	}
	return r
}

// spreadOverDays gives every second day so many rows of a file, some of which were
// reported the day before, so late, and the days between none.
func spreadOverDays(t testing.TB, input string, size int) {
	t.Helper()
	data, err := os.ReadFile(input)
	if err != nil {
		t.Fatal(err)
	}
	csv, n := crime.AppendHeader(nil), 0
	for rec, err := range source.Rows(data, input) {
		if err != nil {
			t.Fatal(err)
		}
		day := n / size * 2
		if n%size > 0 && n%17 == 0 {
			day--
		}
		rec.Text[crime.ColReported] = time.Date(2019, 12, 30+day, 0, 0, n%size, 0, time.UTC).Format(crime.DateForm)
		csv = rec.AppendCSV(csv)
		n++
	}
	if err := os.WriteFile(input, csv, 0o644); err != nil {
		t.Fatal(err)
	}
}

// witness looks at a folder after every kill. It remembers what it has seen,
// so that what was there cannot go back, and reads a file again only when it
// was written again.
type witness struct {
	want            reference
	dir             string
	seen            map[string]os.FileInfo
	batches, models int
}

func watch(want reference, dir string) *witness {
	return &witness{want: want, dir: dir, seen: map[string]os.FileInfo{}}
}

// check says what is wrong with the folder, nil when all invariants hold: a
// final name holds the very bytes of the undisturbed run; manifests are 1..n
// without a gap, match their files and never go back; models are 1..m, m is at
// most n and never goes back; rows add up.
func (w *witness) check(t testing.TB) error {
	t.Helper()
	entries, err := os.ReadDir(w.dir)
	if os.IsNotExist(err) && w.batches == 0 {
		return nil // killed before it made its folder
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, "batch-") && !strings.HasPrefix(name, "model-") {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if old := w.seen[name]; old != nil && os.SameFile(old, info) && old.ModTime().Equal(info.ModTime()) && old.Size() == info.Size() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil {
			return err
		}
		if want, ok := w.want.files[name]; !ok || !bytes.Equal(testkit.Comparable(name, data), want) {
			return fmt.Errorf("%s: not the bytes of the undisturbed run (%d bytes, want %d)", name, info.Size(), len(want))
		}
		w.seen[name] = info
	}
	return w.count(t)
}

func (w *witness) count(t testing.TB) error {
	t.Helper()
	d, err := durable.Open(w.dir)
	if err != nil {
		return err
	}
	// The models first: the consumer may be alive and go on.
	models, err := model.OpenFolder(d).Numbers()
	if err != nil {
		return err
	}
	manifests, err := batch.OpenFolder(d).Manifests()
	if err != nil {
		return err
	}
	rows := 0
	for _, m := range manifests {
		rows += m.Rows
	}
	if rows != w.want.rowsIn(len(manifests)) {
		return fmt.Errorf("%d batches hold %d rows", len(manifests), rows)
	}
	for i, n := range models {
		if n != i+1 {
			return fmt.Errorf("model %d is missing, model %d is there", i+1, n)
		}
	}
	switch {
	case len(models) > len(manifests):
		return fmt.Errorf("%d models for %d manifests", len(models), len(manifests))
	case len(manifests) < w.batches || len(models) < w.models:
		return fmt.Errorf("%d batches and %d models, there were %d and %d", len(manifests), len(models), w.batches, w.models)
	}
	w.batches, w.models = len(manifests), len(models)
	return nil
}

// complete checks the folder of a run that has come to its end.
func (w *witness) complete(t testing.TB) {
	t.Helper()
	if err := w.check(t); err != nil {
		t.Error(err)
	}
	if w.batches != w.want.batches() || w.models != w.want.batches() {
		t.Errorf("%d batches and %d models at the end, want %d of each", w.batches, w.models, w.want.batches())
	}
	if left, err := filepath.Glob(filepath.Join(w.dir, ".tmp-*")); err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v %v", left, err)
	}
}

// deadLetters counts the lines of the folder's dead letters.
func deadLetters(t testing.TB, dir string) (n int) {
	t.Helper()
	err := consumer.DeadLetters(dir, func(consumer.DeadLetter, []byte) error { n++; return nil })
	if err != nil {
		t.Error(err)
	}
	return n
}

func digest(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }
