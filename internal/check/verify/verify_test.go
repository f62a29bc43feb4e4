package verify_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hotspot/internal/batch"
	"hotspot/internal/check/verify"
	"hotspot/internal/consumer"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/producer"
	"hotspot/internal/source"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const size = 300

// suite is a source, its topic and its folder after three batches and a rest.
type suite struct {
	input, dir string
	kafka      stream.Config
	topic      *stream.Topic
}

func newSuite(t *testing.T) *suite { return newSuiteBy(t, batch.ByRows) }

// newSuiteBy is newSuite of batches that end so.
func newSuiteBy(t *testing.T, by batch.By) *suite {
	t.Helper()
	kafka := testkit.Kafka(t)
	s := &suite{kafka: kafka, input: testkit.Generated(t, 3*size+50), dir: filepath.Join(t.TempDir(), "out")}
	if _, err := producer.Run(t.Context(), testkit.Log(t), producer.Config{Kafka: kafka, Options: producer.Options{Input: s.input, Partitions: 2}}); err != nil {
		t.Fatal(err)
	}
	c := consumer.Config{Kafka: kafka, Dir: s.dir}
	c.BatchBy, c.Batches, c.Restarts = by, 3, 2
	if !by.Calendar() {
		c.BatchSize = size
	}
	if err := consumer.Run(t.Context(), testkit.Log(t), c); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.topic, err = stream.Open(kafka, testkit.Log(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.topic.Close() })
	return s
}

func (s *suite) verify(t *testing.T) *verify.Report {
	t.Helper()
	r, err := verify.Run(t.Context(), verify.Config{Dir: s.dir, Input: s.input, Topic: s.topic, Train: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// edit changes a file; a change that changes nothing fails the test.
func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := change(bytes.Clone(data))
	if bytes.Equal(changed, data) {
		t.Fatalf("%s was not changed", path)
	}
	if err := os.WriteFile(path, changed, 0o644); err != nil {
		t.Fatal(err)
	}
}

func replace(old, fresh string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(fresh), 1) }
}

func (s *suite) file(name string) string { return filepath.Join(s.dir, name) }

func TestAFolderThatWasNotTouchedAgreesWithSourceTopicAndTraining(t *testing.T) {
	s := newSuite(t)
	r := s.verify(t)
	if !r.OK() || len(r.Notes) > 0 {
		t.Fatalf("findings %v, notes %q; want none", r.Findings, r.Notes)
	}
	if r.Batches != 3 || r.Models != 3 || r.Trained != 3 || r.Rows != 3*size || r.Source.Compared != 3*size ||
		r.Source.Rows != 3*size+50 || r.Topic.Rows != 3*size+50 || r.Topic.Partitions != 2 {
		t.Errorf("report %+v, source %+v, topic %+v", r, r.Source, r.Topic)
	}
}

// Before the first batch the source alone proves the topic, row 1 included.
func TestTheSourceProvesTheTopicBeforeTheFirstBatch(t *testing.T) {
	s := newSuite(t)
	s.dir = t.TempDir()
	r := s.verify(t)
	if notes := strings.Join(r.Notes, "\n"); !r.OK() || strings.Contains(notes, "could not be compared") || r.Topic.Rows != 3*size+50 {
		t.Errorf("findings %v, notes %q", r.Findings, r.Notes)
	}
}

// recommit makes a manifest fit a CSV that was changed: bytes and sha256, as
// somebody would who wants it to look right.
func (s *suite) recommit(t *testing.T, n int) {
	t.Helper()
	csv, err := os.ReadFile(s.file(batch.CSVName(n)))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(csv)
	s.reworkManifest(t, n, func(m *batch.Manifest) {
		m.CSV.Bytes, m.CSV.SHA256 = int64(len(csv)), hex.EncodeToString(sum[:])
	})
}

func (s *suite) reworkManifest(t *testing.T, n int, change func(*batch.Manifest)) {
	t.Helper()
	data, err := os.ReadFile(s.file(batch.ManifestName(n)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := batch.DecodeManifest(data)
	if err != nil {
		t.Fatal(err)
	}
	change(m)
	if err := os.WriteFile(s.file(batch.ManifestName(n)), m.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *suite) reworkModel(t *testing.T, n int, change func(*model.Model)) {
	t.Helper()
	data, err := os.ReadFile(s.file(model.Name(n)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	change(m)
	if err := os.WriteFile(s.file(model.Name(n)), m.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWhatDoesNotAgreeIsNamedExactly(t *testing.T) {
	lastColumn := replace(",1,\n", ",2,\n") // of the first row that has one victim
	tests := []struct {
		name   string
		damage func(t *testing.T, s *suite)
		where  string
		says   string
	}{
		{
			"a byte of a batch", func(t *testing.T, s *suite) { edit(t, s.file("batch-000002.csv"), lastColumn) },
			"batch-000002.csv", "sha256: ",
		},
		{"a batch and its manifest", func(t *testing.T, s *suite) {
			edit(t, s.file("batch-000002.csv"), lastColumn)
			s.recommit(t, 2)
		}, "batch-000002.json", "chain_after is "},
		{"a batch cut short", func(t *testing.T, s *suite) {
			edit(t, s.file("batch-000003.csv"), func(b []byte) []byte { return b[:len(b)-10] })
		}, "batch-000003.csv", "size: "},
		{"a manifest", func(t *testing.T, s *suite) {
			s.reworkManifest(t, 1, func(m *batch.Manifest) { m.Incidents-- })
		}, "batch-000001.json", "incidents is "},
		{
			"a manifest in the middle is gone", func(t *testing.T, s *suite) { os.Remove(s.file("batch-000002.json")) },
			"batch-000002.json", "missing",
		},
		{"a model's bytes", func(t *testing.T, s *suite) {
			edit(t, s.file("model-000002.json"), replace(`"iterations": `, `"iterations": 1`))
		}, "model-000002.json", "checksum: "},
		{"a model with a right checksum", func(t *testing.T, s *suite) {
			s.reworkModel(t, 2, func(m *model.Model) { m.Inertia += 0.5 })
		}, "model-000002.json", `says "\"inertia\": `},
		{"a model of other rows", func(t *testing.T, s *suite) {
			s.reworkModel(t, 3, func(m *model.Model) { m.Batch.SHA256 = strings.Repeat("0", 64) })
		}, "model-000003.json", "batch.sha256 is 000"},
		{"a model with other settings", func(t *testing.T, s *suite) {
			s.reworkModel(t, 3, func(m *model.Model) { m.Settings.Seed++ })
		}, "model-000003.json", "seed 2, not 1"},
		{
			"a model in the middle is gone", func(t *testing.T, s *suite) { os.Remove(s.file("model-000001.json")) },
			"model-000001.json", "missing",
		},
		{
			"a model without its batch", func(t *testing.T, s *suite) { os.Remove(s.file("batch-000003.json")) },
			"model-000003.json", "batch-000003.json",
		},
		{
			"a row of the source", func(t *testing.T, s *suite) { edit(t, s.input, lastColumn) },
			"(row ", `VICTIM_COUNT is "2", and batch-000001.csv:`,
		},
		{"a source that ends before the batches", func(t *testing.T, s *suite) {
			edit(t, s.input, func(b []byte) []byte { return bytes.Join(bytes.SplitAfter(b, []byte("\n"))[:500], nil) })
		}, "crime_preprocessed.csv", "ends with row 499, and the batches go on to row 900"},
		{"another city's topic", func(t *testing.T, s *suite) {
			other := newSuite(t)
			ranges, err := other.topic.Ranges(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			m, ok, err := other.topic.Before(t.Context(), 0, ranges[0], ranges[0].End)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			m.Value = bytes.Replace(m.Value, []byte(`"IS_CRIME":"1"`), []byte(`"IS_CRIME":"0"`), 1)
			w := s.topic.NewWriter()
			if err := w.Write(t.Context(), []stream.Message{m}); err != nil {
				t.Fatal(err)
			}
		}, "topic ", "its value is not that of row"},
		{"the topic is gone", func(t *testing.T, s *suite) {
			if err := s.topic.Delete(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, "topic ", "does not exist"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSuite(t)
			tt.damage(t, s)
			r := s.verify(t)
			for _, f := range r.Findings {
				if strings.Contains(f.Where, tt.where) && strings.Contains(f.What, tt.says) && f.Next != "" {
					return
				}
			}
			t.Errorf("no finding at %q that says %q in %q", tt.where, tt.says, r.Findings)
		})
	}
}

func TestWhatIsOnlyUnfinishedOrMovedIsANoteAndNoFinding(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, s *suite)
		note   string
	}{
		{
			"the newest model is not trained yet", func(t *testing.T, s *suite) { os.Remove(s.file("model-000003.json")) },
			"model-000003.json is not there yet",
		},
		{"a batch is not committed yet", func(t *testing.T, s *suite) {
			os.Remove(s.file("model-000003.json"))
			os.Remove(s.file("batch-000003.json"))
		}, "batch-000003.csv has no manifest"},
		{"blank lines in the source", func(t *testing.T, s *suite) {
			edit(t, s.input, func(b []byte) []byte {
				head, rows, _ := bytes.Cut(b, []byte("\n"))
				return slices.Concat(head, []byte("\n\n\n"), rows)
			})
		}, "stand in other lines"},
		{"a topic made anew, half full", func(t *testing.T, s *suite) {
			var half []stream.Message
			if err := s.topic.Scan(t.Context(), 0, 0, 1<<40, func(m stream.Message) error { half = append(half, m); return nil }); err != nil {
				t.Fatal(err)
			}
			if err := s.topic.Delete(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.topic.Create(t.Context(), 1, 0); err != nil {
				t.Fatal(err)
			}
			w := s.topic.NewWriter()
			if err := w.Write(t.Context(), half[:10]); err != nil {
				t.Fatal(err)
			}
		}, "are not in topic"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSuite(t)
			tt.change(t, s)
			r := s.verify(t)
			if !r.OK() || !strings.Contains(strings.Join(r.Notes, "\n"), tt.note) {
				t.Errorf("findings %v, notes %q; want none and a note with %q", r.Findings, r.Notes, tt.note)
			}
		})
	}
}

// partial is the open batch with its first rows, each changed.
func (s *suite) partial(t *testing.T, rows int, change func([]byte) []byte) *batch.Batch {
	t.Helper()
	m := must(batch.DecodeManifest(must(os.ReadFile(s.file(batch.ManifestName(3))))))
	lines := bytes.SplitAfter(must(os.ReadFile(s.input)), []byte("\n"))
	chain := must(crime.ParseChain(m.ChainAfter))
	b := batch.NewBuilder(batch.Config{Size: size, Header: lines[0], Source: batch.Source{Title: m.Title, Invented: true, Area: crime.Denver.String()}, Topic: m.Transport.Topic}, 4, m.LastRow+1, chain)
	for rec, err := range source.Rows(slices.Concat(lines[0], bytes.Join(lines[1+3*size:1+3*size+rows], nil)), "rest") {
		if err != nil {
			t.Fatal(err)
		}
		chain = chain.Next(change(rec.AppendValue(nil)))
		b.Add(batch.Row{Number: b.Next(), Line: b.Next() + 1, CSV: rec.AppendCSV(nil), Incident: rec.Incident, Reported: rec.Text[crime.ColReported], Chain: chain})
	}
	return b.Provisional(map[int]int64{0: 1}, 0, 0)
}

func TestProvisionalRowsAreVerifiedToo(t *testing.T) {
	s := newSuite(t)
	rest := func(change func([]byte) []byte) *verify.Report {
		d := must(durable.Open(s.dir))
		if err := d.Lock(); err != nil {
			t.Fatal(err)
		}
		defer d.Unlock()
		if err := batch.OpenFolder(d).Publish(s.partial(t, 50, change)); err != nil {
			t.Fatal(err)
		}
		return s.verify(t)
	}
	if r := rest(func(v []byte) []byte { return v }); !r.OK() || !strings.Contains(strings.Join(r.Notes, "\n"), "holds 50 rows of the open batch") {
		t.Errorf("findings %v, notes %q", r.Findings, r.Notes)
	}
	if r := rest(func(v []byte) []byte { return append(v, ' ') }); r.OK() {
		t.Error("a provisional batch with a wrong chain agrees")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A folder that begins with a later row is compared from there on, with source
// and topic; the rows before it are said and are no finding.
func TestAFolderThatBeginsLaterIsVerifiedFromThere(t *testing.T) {
	s := newSuite(t)
	for _, name := range []string{batch.CSVName(1), batch.ManifestName(1), model.Name(1), model.Name(2), model.Name(3)} {
		if err := os.Remove(s.file(name)); err != nil {
			t.Fatal(err)
		}
	}
	s.reworkManifest(t, 2, func(m *batch.Manifest) { m.Transport.FromRow = m.FirstRow })
	c := consumer.Config{Kafka: s.kafka, Dir: s.dir}
	c.BatchSize, c.Batches, c.Restarts = size, 3, 2
	if err := consumer.Run(t.Context(), testkit.Log(t), c); err != nil {
		t.Fatal(err)
	}
	r := s.verify(t)
	notes := strings.Join(r.Notes, "\n")
	if !r.OK() || r.Batches != 2 || r.Trained != 2 || r.Source.Compared != 2*size ||
		!strings.Contains(notes, "begins with row 301, which is batch 2") || !strings.Contains(notes, "300 messages of topic") {
		t.Errorf("findings %q, notes %q, %+v, %+v", r.Findings, r.Notes, r, r.Source)
	}
	s.reworkManifest(t, 2, func(m *batch.Manifest) { m.ChainBefore = strings.Repeat("0", 32) })
	if r := s.verify(t); r.OK() {
		t.Error("a first batch that continues other rows agrees")
	}
	s.reworkManifest(t, 2, func(m *batch.Manifest) { m.Transport.FromRow = 0 })
	if r := s.verify(t); r.OK() || !strings.Contains(r.Findings[0].Where, batch.ManifestName(1)) {
		t.Errorf("without the word of its first batch: %q", r.Findings)
	}
}

// Nothing but the first rows of the open batch is there, with --flush.
func TestAFolderThatBeginsLaterIsVerifiedBeforeItsFirstBatch(t *testing.T) {
	s := newSuite(t)
	open := s.partial(t, 50, func(v []byte) []byte { return v })
	open.Manifest.Transport.FromRow = open.Manifest.FirstRow
	s.dir = t.TempDir()
	d := must(durable.Open(s.dir))
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(batch.OpenFolder(d).Publish(open), d.Unlock()); err != nil {
		t.Fatal(err)
	}
	r := s.verify(t)
	notes := strings.Join(r.Notes, "\n")
	if !r.OK() || r.Source.Compared != 50 || !strings.Contains(notes, "holds 50 rows of the open batch") || !strings.Contains(notes, "900 messages of topic") ||
		strings.Contains(notes, "left over") || strings.Contains(notes, "could not be compared") {
		t.Errorf("findings %q, notes %q, %+v", r.Findings, r.Notes, r.Source)
	}
}
