package verify_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/check/verify"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// growing is a folder into which the files of another one are published while
// it is read, in the order in which the consumer publishes them.
type growing struct {
	t        *testing.T
	from, to string
	todo     []string
}

// newGrowing has the first batch and its model; the lock is held, as it is by
// a consumer.
func newGrowing(t *testing.T, s *suite) *growing {
	g := &growing{t: t, from: s.dir, to: t.TempDir()}
	for n := 1; n <= 3; n++ {
		g.todo = append(g.todo, batch.CSVName(n), batch.ManifestName(n), model.Name(n))
	}
	g.publish(3)
	d, err := durable.Open(g.to)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Unlock() })
	return g
}

func (g *growing) publish(n int) {
	g.t.Helper()
	for ; n > 0 && len(g.todo) > 0; n-- {
		data, err := os.ReadFile(filepath.Join(g.from, g.todo[0]))
		if err != nil {
			g.t.Fatal(err)
		}
		put(g.t, filepath.Join(g.to, g.todo[0]), data)
		g.todo = g.todo[1:]
	}
}

// put makes a file appear whole, or replaces it.
func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path+".tmp", data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		t.Fatal(err)
	}
}

// While a folder is verified a consumer commits batches and models: whenever
// that happens, and however many of them come at once, all agrees.
func TestAFolderAgreesWhileItGrows(t *testing.T) {
	s := newSuite(t)
	for files := 1; files <= 6; files++ {
		for after := 1; after <= 8; after++ {
			g := newGrowing(t, s)
			step := 0
			r, err := verify.Run(t.Context(), verify.Config{Dir: g.to, Step: func(string) {
				if step++; step >= after {
					g.publish(files)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			if !r.OK() {
				t.Errorf("%d files at every step from the %d. on: %q", files, after, r.Findings)
			}
			if strings.Contains(strings.Join(r.Notes, "\n"), "at its next start") {
				t.Errorf("%d files at every step from the %d. on: notes speak of a next start: %q", files, after, r.Notes)
			}
		}
	}
}

// The provisional rows are replaced between the reading of their manifest and
// of their CSV, or go because the batch is full.
func TestProvisionalRowsAgreeWhileTheyAreReplaced(t *testing.T) {
	s := newSuite(t)
	csv, manifest := s.file(batch.ProvisionalCSVName(4)), s.file(batch.ProvisionalName(4))
	partial := func(rows int) *batch.Batch { return s.partial(t, rows, func(v []byte) []byte { return v }) }
	replaced := func(b *batch.Batch) {
		if err := os.Remove(manifest); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		put(t, csv, b.CSV)
		put(t, manifest, b.Manifest.Encode())
	}
	tests := []struct {
		name   string
		change func()
		note   string
	}{
		{"by more rows", func() { replaced(partial(50)) }, "holds 50 rows"},
		{"and the manifest is not there yet", func() { os.Remove(manifest); put(t, csv, partial(50).CSV) }, ""},
		{"and both are gone", func() { os.Remove(manifest); os.Remove(csv) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			replaced(partial(20))
			changed := false
			r, err := verify.Run(t.Context(), verify.Config{Dir: s.dir, Step: func(what string) {
				if what == batch.ProvisionalCSVName(4) && !changed {
					changed = true
					tt.change()
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			if !changed || !r.OK() || !strings.Contains(strings.Join(r.Notes, "\n"), tt.note) {
				t.Errorf("changed %t, findings %q, notes %q; want none and a note with %q", changed, r.Findings, r.Notes, tt.note)
			}
		})
	}
	t.Run("again and again", func(t *testing.T) {
		rows := 2
		replaced(partial(rows))
		r, err := verify.Run(t.Context(), verify.Config{Dir: s.dir, Step: func(what string) {
			if what == batch.ProvisionalCSVName(4) {
				rows++
				replaced(partial(rows))
			}
		}})
		if err != nil || !r.OK() || !strings.Contains(fmt.Sprint(r.Notes), "they were not compared") {
			t.Errorf("%v, findings %q, notes %q", err, r.Findings, r.Notes)
		}
	})
}

// A producer has written a request to one partition and not yet to the other
// when the topic is read; a hole that stays is a finding. The time is simulated,
// for verify gives the rows two seconds.
func TestRowsThatAreOnTheirWayAreNotMissing(t *testing.T) {
	s := newSuite(t)
	all := map[int][]stream.Message{}
	for p := range 2 {
		if err := s.topic.Scan(t.Context(), p, 0, 1<<40, func(m stream.Message) error { all[p] = append(all[p], m); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	testkit.Simulate(t, func(t *testing.T, l *testkit.Lab) {
		l.Start()
		topic, err := stream.Open(l.Kafka(), testkit.Log(t))
		if err != nil {
			t.Fatal(err)
		}
		defer topic.Close()
		if err := topic.Create(t.Context(), 2, 0); err != nil {
			t.Fatal(err)
		}
		w := topic.NewWriter()
		send := func(m []stream.Message) {
			if err := w.Write(t.Context(), m); err != nil {
				t.Error(err)
			}
		}
		send(all[0])
		send(all[1][:len(all[1])-5])
		look := func(sent func()) *verify.Report {
			r, err := verify.Run(t.Context(), verify.Config{Dir: s.dir, Topic: topic, Step: func(what string) {
				if what == "topic "+topic.Name() && sent != nil {
					time.AfterFunc(300*time.Millisecond, sent)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := look(nil); r.OK() || !strings.Contains(r.Findings[0].What, "rows are missing") {
			t.Errorf("with a hole that stays: %q", r.Findings)
		}
		if r := look(func() { send(all[1][len(all[1])-5:]) }); !r.OK() || r.Topic.Rows != 3*size+50 {
			t.Errorf("with rows that came: %q, %+v", r.Findings, r.Topic)
		}
	})
}
