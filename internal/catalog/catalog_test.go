package catalog_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit/rowtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// publisher cuts batches of two rows and puts them into a folder.
type publisher struct {
	t       *testing.T
	folder  *batch.Folder
	builder *batch.Builder
	chain   crime.Chain
}

func newPublisher(t *testing.T, dir string) *publisher {
	t.Helper()
	d, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Unlock() })
	chain := crime.StartChain(crime.Source{Title: "Test city", Invented: true, Area: crime.Denver.String()})
	return &publisher{t, batch.OpenFolder(d), batch.NewBuilder(batch.Config{
		Size: 2, Header: crime.AppendHeader(nil), Source: batch.Source{Title: "Test city", Invented: true, Area: crime.Denver.String()}, Topic: "test",
	}, 1, 1, chain), chain}
}

// publish publishes a batch of two rows of these incidents.
func (p *publisher) publish(incidents ...string) {
	p.t.Helper()
	for _, id := range incidents {
		r, err := crime.Parse(rowtest.With("INCIDENT_ID", id))
		if err != nil {
			p.t.Fatal(err)
		}
		p.chain = p.chain.Next(r.AppendValue(nil))
		n := p.builder.Next()
		p.builder.Add(batch.Row{
			Number: n, Line: n + 1, CSV: r.AppendCSV(nil), Incident: r.Incident,
			Reported: r.Text[crime.ColReported], Chain: p.chain, Offset: n - 1,
		})
	}
	if err := p.folder.Publish(p.builder.Cut(map[int]int64{0: p.builder.Next() - 1}, 0, 0)); err != nil {
		p.t.Fatal(err)
	}
}

// TestAViewStaysAsItIs asks one that another has replaced.
func TestAViewStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	p := newPublisher(t, dir)
	p.publish("7", "8")
	var shown []*catalog.View
	c, err := catalog.Open(slog.New(slog.DiscardHandler), dir, catalog.Options{OnView: func(v *catalog.View) { shown = append(shown, v) }})
	if err != nil {
		t.Fatal(err)
	}
	var loading *catalog.LoadingError
	if v, err := c.View(); !errors.As(err, &loading) || len(v.Served()) != 0 || v.Status.State != "unknown" {
		t.Errorf("before the first look: %v, %+v", err, v)
	}
	load := func() *catalog.View {
		t.Helper()
		if err := c.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		v, err := c.View()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := load()
	p.publish("9", "7")
	second := load()
	select {
	case <-first.Replaced():
	default:
		t.Error("nobody said that the first view was replaced")
	}
	if !second.Continues(first) || first.Continues(second) || first.Generation == second.Generation || shown[len(shown)-1] != second {
		t.Errorf("views %s and %s, %d told", first.Generation, second.Generation, len(shown))
	}
	for _, tt := range []struct {
		v        *catalog.View
		incident int64
		rows     []int64
	}{
		{first, 7, []int64{1}}, {first, 9, nil}, {second, 7, []int64{1, 4}}, {second, 9, []int64{3}}, {second, 1, nil},
	} {
		rows, err := tt.v.Crime(tt.incident)
		if len(rows) != len(tt.rows) || errors.Is(err, catalog.ErrNotFound) != (tt.rows == nil) {
			t.Errorf("crime %d of %s: %v, %v", tt.incident, tt.v.Generation, rows, err)
			continue
		}
		for i, r := range rows {
			if r.Number() != tt.rows[i] || r.Batch.Number() != int(tt.rows[i]+1)/2 || r.Incident() != tt.incident ||
				r.Offense() != "theft-bicycle" || r.Neighborhood() != "civic-center" || r.Occurred().String() != "2018-03-11T14:00:00" {
				t.Errorf("crime %d: row %d of batch %d, %s %s %s %s", tt.incident, r.Number(), r.Batch.Number(), r.Offense(), r.Category(), r.Neighborhood(), r.Occurred())
			}
		}
	}
	if _, err := second.Model(1); !errors.Is(err, catalog.ErrNoModels) || second.Newest() != 0 {
		t.Errorf("model 1 of two batches without models: %v", err)
	}
}

func TestAViewWithoutRowsAnswers(t *testing.T) {
	v, err := catalog.Read(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Crime(1); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("a crime of no batch: %v", err)
	}
	if b, err := v.Backdrop(); err != nil || len(b.Cells) != 0 || v.RefusedError() != nil {
		t.Errorf("backdrop %+v, %v", b, err)
	}
}

func TestWhatIsRefusedIsNamed(t *testing.T) {
	dir := t.TempDir()
	newPublisher(t, dir).publish("7", "8")
	if err := os.WriteFile(filepath.Join(dir, batch.CSVName(1)), []byte("other rows"), 0o644); err != nil {
		t.Fatal(err)
	}
	v, err := catalog.Read(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.RefusedError(); err == nil || !strings.Contains(err.Error(), "batch-000001.csv is refused") || len(v.Batches) != 0 {
		t.Errorf("%d batches, %v", len(v.Batches), err)
	}
}
