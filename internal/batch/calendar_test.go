package batch_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hotspot/internal/batch"
	"hotspot/internal/testkit"
)

// byWeek is the config of batches by week in these tests.
var byWeek = batch.Config{Window: batch.Window{By: batch.ByWeek}, Header: five.Header, Source: five.Source, Topic: five.Topic}

// fillWindows cuts rows as the consumer does: before the first row of a later window.
func fillWindows(c batch.Config, rows []batch.Row) (cut []*batch.Batch, open *batch.Builder) {
	b := batch.NewBuilder(c, 1, 1, [16]byte{})
	next := map[int]int64{}
	for _, r := range rows {
		for b.Ahead(r.Reported) > 0 {
			cut = append(cut, b.Cut(next, 0, 0))
		}
		b.Add(r)
		next[r.Partition] = r.Offset + 1
	}
	return cut, b
}

// weeks are 12 rows: five in a week, one of the next but one, three late ones, and the rest later.
func weeks() []batch.Row {
	rows := testRows(12)
	for i, day := range []string{"09-02", "09-08", "09-03", "09-03", "09-08", "09-16", "09-08", "09-15", "09-02", "09-22", "09-30", "09-30"} {
		rows[i].Reported = "2024-" + day + "T10:00:00"
	}
	return rows
}

func TestGoldenFilesOfWeeks(t *testing.T) {
	cut, open := fillWindows(byWeek, weeks())
	var got strings.Builder
	for _, b := range append(cut, open.Provisional(map[int]int64{0: 9}, 0, 0)) {
		fmt.Fprintf(&got, "%s\n%s%s", b.Manifest.CSV.Name, b.CSV, b.Manifest.Encode())
		if m, err := batch.DecodeManifest(b.Manifest.Encode()); err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(b.Manifest, m); diff != "" {
			t.Error(diff)
		}
	}
	testkit.Golden(t, "testdata/weeks.txt", got.String())
}

// Whatever the dates: a batch a window without a gap, each row once, in the window
// of the greatest date so far, and late when its own is an earlier one.
func TestWindowsHoldTheRowsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := byWeek
		c.By = rapid.SampledFrom([]batch.By{batch.ByDay, batch.ByWeek, batch.ByMonth}).Draw(t, "by")
		rows := drawRows(t)
		date := time.Date(1969, 12, rapid.IntRange(1, 31).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		for i := range rows {
			date = date.AddDate(0, 0, rapid.IntRange(-9, 19).Draw(t, "days"))
			rows[i].Reported = date.Format("2006-01-02T15:04:05")
		}
		cut, open := fillWindows(c, rows)
		all := slices.Clone(cut)
		if open.Len() > 0 {
			all = append(all, open.Provisional(map[int]int64{}, 0, 0))
		}
		left, latest := rows, ""
		var last *batch.Manifest
		for i, b := range all {
			m := b.Manifest
			if last != nil {
				if err := m.Follows(last); err != nil || m.Window.Ahead(last.Window.First) != -1 {
					t.Fatalf("%+v after %+v: %v", m.Window, last.Window, err)
				}
			}
			late := 0
			for _, r := range left[:m.Rows] {
				latest = max(latest, r.Reported)
				if m.Window.Ahead(latest) != 0 {
					t.Fatalf("row %d, reported %s, is in %+v", r.Number, r.Reported, m.Window)
				}
				if r.Reported < m.Window.First {
					late++
				}
			}
			if m.Batch != i+1 || late != m.Window.Late || m.Provisional != (i == len(cut)) {
				t.Fatalf("batch %d: %+v, %d late", i+1, m, late)
			}
			if m.Rows > 0 {
				before := [16]byte{}
				if n := len(rows) - len(left); n > 0 {
					before = rows[n-1].Chain
				}
				if diff := cmp.Diff(summary(c, left[:m.Rows], before), summarised(b)); diff != "" {
					t.Fatal(diff)
				}
			}
			left, last = left[m.Rows:], m
			decoded, err := batch.DecodeManifest(m.Encode())
			if err != nil || !bytes.Equal(m.Encode(), plainJSON(m)) {
				t.Fatalf("%v; Encode = %s", err, m.Encode())
			}
			if diff := cmp.Diff(m, decoded); diff != "" {
				t.Fatal(diff)
			}
		}
		if len(left) > 0 {
			t.Fatalf("%d rows are in no batch", len(left))
		}
	})
}

// Each case is the manifest of batch 3, of a week with three late rows, or of
// batch 2, without any, with the one change that its name says.
func TestDecodeManifestRefusesWindows(t *testing.T) {
	cut, _ := fillWindows(byWeek, weeks())
	third, empty, first := string(cut[2].Manifest.Encode()), string(cut[1].Manifest.Encode()), string(cut[0].Manifest.Encode())
	for _, tt := range []struct{ name, good, old, change, reason string }{
		{"another kind", third, `"week"`, `"year"`, batch.ReasonNumbers},
		{"rows as a kind", third, `"week"`, `"rows"`, batch.ReasonNumbers},
		{"first is no day", third, `"first": "2024-09-16"`, `"first": "2024-09-31"`, batch.ReasonNumbers},
		{"first is no Monday", third, `"first": "2024-09-16"`, `"first": "2024-09-17"`, batch.ReasonNumbers},
		{"last is no Sunday", third, `"last": "2024-09-22"`, `"last": "2024-09-21"`, batch.ReasonNumbers},
		{"all rows late", third, `"late": 3`, `"late": 5`, batch.ReasonNumbers},
		{"late below 0", third, `"late": 3`, `"late": -1`, batch.ReasonNumbers},
		{"late absent", third, ",\n  \"late\": 3", "", batch.ReasonForm},
		{"late in a batch without rows", empty, `"late": 0`, `"late": 1`, batch.ReasonNumbers},
		{"a batch size, too", third, ` "window"`, ` "batch_size": 5,` + "\n" + ` "window"`, batch.ReasonNumbers},
		{"reported behind the window", third, `"last": "2024-09-22T10:00:00"`, `"last": "2024-09-23T10:00:00"`, batch.ReasonNumbers},
		{"reported before the window", third, `"last": "2024-09-22T10:00:00"`, `"last": "2024-09-15T10:00:00"`, batch.ReasonNumbers},
		{"reported is no date", third, `"last": "2024-09-22T10:00:00"`, `"last": "x"`, batch.ReasonNumbers},
		{"rows below 0", empty, ` "rows": 0`, ` "rows": -1`, batch.ReasonNumbers},
		{"rows above MaxSize", third, ` "rows": 5`, fmt.Sprint(` "rows": `, batch.MaxSize+1), batch.ReasonNumbers},
		{"rows that are not there", empty, ` "rows": 0`, ` "rows": 1`, batch.ReasonNumbers},
		{"incidents of no rows", empty, `"incidents": 0`, `"incidents": 1`, batch.ReasonNumbers},
		{"a provisional one without rows", empty, ` "batch": 2,`, ` "batch": 2,` + "\n" + ` "provisional": true,`, batch.ReasonNumbers},
		{"a later batch with row 1", third, `"first_row": 6`, `"first_row": 1`, batch.ReasonNumbers},
		{"batch 1 with row 2", first, `"first_row": 1`, `"first_row": 2`, batch.ReasonNumbers},
		{"batch 1 without rows", empty, `"batch": 2`, `"batch": 1`, batch.ReasonNumbers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(tt.good, tt.old, tt.change, 1)
			if bad == tt.good {
				t.Fatalf("%q is not in the manifest:\n%s", tt.old, tt.good)
			}
			if m, err := batch.DecodeManifest([]byte(bad)); corruptReason(err) != tt.reason || m != nil {
				t.Errorf("DecodeManifest: %v, want reason %s", err, tt.reason)
			}
		})
	}
}

func TestAWindowThatDoesNotFollow(t *testing.T) {
	cut, _ := fillWindows(byWeek, weeks())
	byRows, _ := fill(five, testRows(12))
	month := *cut[1].Manifest
	month.Window = batch.ByMonth.Window("2024-10-01")
	later := *cut[1].Manifest
	later.Window = later.Window.Next()
	row := *cut[2].Manifest
	row.FirstRow++
	for _, tt := range []struct {
		name    string
		m, last *batch.Manifest
		reason  string
	}{
		{"a month after a week", &month, cut[0].Manifest, batch.ReasonSettings},
		{"rows after a week", byRows[1].Manifest, cut[0].Manifest, batch.ReasonSettings},
		{"a week later", &later, cut[0].Manifest, batch.ReasonChain},
		{"a row later", &row, cut[1].Manifest, batch.ReasonChain},
	} {
		if err := tt.m.Follows(tt.last); corruptReason(err) != tt.reason {
			t.Errorf("%s: %v, want reason %s", tt.name, err, tt.reason)
		}
	}
}

func TestABuilderByWeekPanics(t *testing.T) {
	rows := weeks()
	for name, f := range map[string]func(){
		"a row of a later week": func() {
			b := batch.NewBuilder(byWeek, 1, 1, [16]byte{})
			b.Add(rows[0])
			later := rows[1]
			later.Reported = "2024-09-09T10:00:00"
			b.Add(later)
		},
		"cut before the first row":         func() { batch.NewBuilder(byWeek, 1, 1, [16]byte{}).Cut(nil, 0, 0) },
		"provisional before the first row": func() { batch.NewBuilder(byWeek, 1, 1, [16]byte{}).Provisional(nil, 0, 0) },
	} {
		if !panics(f) {
			t.Errorf("%s: no panic", name)
		}
	}
}
