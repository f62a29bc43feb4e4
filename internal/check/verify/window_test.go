package verify_test

import (
	"os"
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/platform/durable"
	"hotspot/internal/source"
)

func TestABatchByTheCalendarHoldsTheRowsOfItsDay(t *testing.T) {
	s := newSuiteBy(t, batch.ByDay)
	if r := s.verify(t); !r.OK() || len(r.Notes) > 0 || r.Batches != 3 || r.Trained != 3 || r.Source.Compared != r.Rows {
		t.Fatalf("%+v: findings %v, notes %q; want none", r, r.Findings, r.Notes)
	}
	s.reworkManifest(t, 2, func(m *batch.Manifest) { m.Window.Late = 1 })
	s.wantFinding(t, "window.late is 1, and the rows of batch-000002.csv give 0")
	s.reworkManifest(t, 2, func(m *batch.Manifest) { m.Window.Late = 0 })
	s.reworkManifest(t, 3, func(m *batch.Manifest) {
		m.Window = m.Window.Next()
		m.Reported.Last = m.Window.First + "T00:00:00"
	})
	s.wantFinding(t, "after the")
}

// The last row of a day is moved into the next one, as a row that is late: all
// members agree, but a late row begins no batch.
func TestALateRowBeginsNoBatch(t *testing.T) {
	s := newSuiteBy(t, batch.ByDay)
	dir, err := durable.Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := batch.OpenFolder(dir)
	first, err := folder.Manifest(1)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := crime.ParseChain(first.ChainBefore)
	if err != nil {
		t.Fatal(err)
	}
	c := batch.Config{Window: first.Window, Header: crime.AppendHeader(nil), Source: first.Source, Topic: first.Transport.Topic}
	b := batch.NewBuilder(c, 1, 1, chain)
	var cut []*batch.Batch
	for n := 1; n <= 2; n++ {
		m, err := folder.Manifest(n)
		if err != nil {
			t.Fatal(err)
		}
		csv, err := folder.CSV(m)
		if err != nil {
			t.Fatal(err)
		}
		for rec, err := range source.Rows(csv, m.CSV.Name) {
			if err != nil {
				t.Fatal(err)
			}
			if b.Next() == first.LastRow {
				cut = append(cut, b.Cut(first.Transport.Next, 0, 0))
			}
			chain = chain.Next(rec.AppendValue(nil))
			partition, offset := m.Message(b.Next())
			b.Add(batch.Row{
				Number: b.Next(), Line: m.Line(b.Next()), CSV: rec.AppendCSV(nil), Incident: rec.Incident, Reported: strings.Clone(rec.Text[crime.ColReported]),
				Chain: chain, Partition: int(partition), Offset: offset,
			})
		}
	}
	cut = append(cut, b.Cut(first.Transport.Next, 0, 0))
	for _, b := range cut {
		for name, data := range map[string][]byte{b.Manifest.CSV.Name: b.CSV, batch.ManifestName(b.Manifest.Batch): b.Manifest.Encode()} {
			if err := os.WriteFile(s.file(name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.wantFinding(t, "does not begin it (")
}

func (s *suite) wantFinding(t *testing.T, what string) {
	t.Helper()
	r := s.verify(t)
	for _, f := range r.Findings {
		if strings.Contains(f.What, what) {
			return
		}
	}
	t.Errorf("findings %v, want one that says %q", r.Findings, what)
}
