package past_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"hotspot/internal/analysis/past"
	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// thing is what a row is of: neighborhood, category and how far north of the city's
// origin it lies, in degrees; "" of the place is none.
type thing struct{ hood, category, north string }

// week is what was reported within a week, and how often.
type week map[thing]int

// folder is a View of batches by the week, the first of which begins at monday, with a model
// of two areas for each.
func folder(t testing.TB, monday string, weeks ...week) *catalog.View {
	t.Helper()
	w := batch.ByWeek.Window(monday)
	v := &catalog.View{First: 1, Oldest: 1}
	row := int64(1)
	for i, counts := range weeks {
		var csv bytes.Buffer
		csv.Write(crime.AppendHeader(nil))
		m := &batch.Manifest{Batch: i + 1, FirstRow: row, Window: w}
		for _, k := range slices.SortedFunc(keys(counts), func(a, b thing) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }) {
			lon := ""
			if k.north != "" {
				lon = "-104.95"
			}
			for range counts[k] {
				fmt.Fprintf(&csv, "%d,%d000,2203,0,burglary,%s,,,%sT12:00:00,%s,%s,1,111,%s,1,0,1,\n", row, row, k.category, w.First, lon, k.north, k.hood)
				row++
				m.Rows++
			}
		}
		m.LastRow = row - 1
		if m.Rows > 0 {
			m.Reported = batch.Span{First: w.First + "T12:00:00", Last: w.First + "T12:00:00"}
		}
		add(t, v, m, csv.Bytes())
		w = w.Next()
	}
	return v
}

func keys(counts week) func(func(thing) bool) {
	return func(yield func(thing) bool) {
		for k := range counts {
			if !yield(k) {
				return
			}
		}
	}
}

// add adds a batch and a model of areas 0 in the south and 1 in the north.
func add(t testing.TB, v *catalog.View, m *batch.Manifest, csv []byte) {
	t.Helper()
	b, err := catalog.ReadBatch(m, csv)
	if err != nil {
		t.Fatal(err)
	}
	mod := &model.Model{Model: m.Batch, Settings: model.DefaultSettings(), Frame: feature.Default(), Features: feature.Geo.Columns()}
	mod.Batch.Number, mod.Batch.Reported = m.Batch, model.Reported(m.Reported)
	if m.Rows > 0 {
		mod.Clusters = []model.Cluster{{Cluster: 0, Centroid: model.Centroid{NorthKm: -5}}, {Cluster: 1, Centroid: model.Centroid{NorthKm: 5}}}
	}
	v.Batches, v.Models = append(v.Batches, b), append(v.Models, &catalog.Model{Model: mod})
}

// usual is a week as the others are, but for a little more of all.
func usual(more int) week {
	return week{{"mill", "larceny", "39.70"}: 40 + more, {"mill", "arson", "39.70"}: 6, {"dock", "larceny", "39.78"}: 16 + more, {"dock", "fraud", ""}: 30 - more}
}

// months are so many usual weeks, then now.
func months(n int, now week) []week {
	var all []week
	for i := range n {
		all = append(all, usual(i%3))
	}
	return append(all, now)
}

func compared(t testing.TB, v *catalog.View, n, before int) *past.Result {
	t.Helper()
	r, err := past.Compare(v, n, before)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil || bytes.Contains(data, []byte("null,\"judged\":true")) && r.AreasOf != nil {
		t.Fatalf("%s, %v", data, err)
	}
	return r
}

// said are the changes as people read them.
func said(r *past.Result) (all []string) {
	for _, c := range r.Changes() {
		all = append(all, fmt.Sprintf("%s %s %s", c.Verdict, c.Thing, c.Words))
	}
	return all
}

func TestMoreAndFewerAreSaidAsPeopleSayIt(t *testing.T) {
	now := usual(0)
	now[thing{"dock", "larceny", "39.78"}] = 48
	now[thing{"dock", "fraud", ""}] = 4
	r := compared(t, folder(t, "2024-01-01", months(8, now)...), 9, 8)
	want := []string{
		"more area 1 +31 reports (17 usual, 48 now; 11 to 24 is common)",
		"more category larceny +30 reports (58 usual, 88 now; 45 to 71 is common)",
		"fewer category fraud -25 reports (29 usual, 4 now; 21 to 38 is common)",
	}
	if got := said(r); !slices.Equal(got, want) {
		t.Errorf("said\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Verdict != fmt.Sprintf("3 of %d counts are beyond the usual", len(r.Counts)) || !slices.Equal(r.Notes, []string{"batches in its past: 8 of 8, in the areas of model 8"}) || *r.AreasOf != 8 || !slices.Equal(r.Past, []int{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Errorf("%+v", r)
	}
	var things []string
	for _, c := range r.Counts {
		things = append(things, c.Thing.String())
		if c.Of == past.City && c.Now != 98 {
			t.Errorf("%+v, want all 98 rows", c)
		}
	}
	order := []string{"the whole city", "area 0", "area 1", "neighborhood dock", "neighborhood mill", "category arson", "category fraud", "category larceny"}
	if !slices.Equal(things, order) {
		t.Errorf("counts of %q, want %q", things, order)
	}
}

func TestNothingBeyondTheUsual(t *testing.T) {
	r := compared(t, folder(t, "2024-01-01", months(8, usual(1))...), 9, 8)
	if r.Verdict != past.Nothing || !r.Judged || len(said(r)) != 0 {
		t.Errorf("%+v", r)
	}
}

// What was never seen is expected hardly at all, and what is gone is fewer.
func TestWhatIsNewAndWhatIsGone(t *testing.T) {
	now := usual(0)
	now[thing{"quay", "larceny", "39.78"}] = 9
	now[thing{"", "larceny", "39.78"}] = 1
	delete(now, thing{"dock", "fraud", ""})
	got := strings.Join(said(compared(t, folder(t, "2024-01-01", months(8, now)...), 9, 8)), "\n")
	for _, want := range []string{"more neighborhood quay +9 reports (0 usual, 9 now; 0 to 0 is common)", "fewer category fraud -29 reports (29 usual, 0 now"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, "no neighborhood named") {
		t.Errorf("one row is called more:\n%s", got)
	}
}

// A past with great ups and downs lets more be usual.
func TestAnUnevenPastWidensWhatIsCommon(t *testing.T) {
	uneven := months(8, usual(0))
	for i := range 8 {
		for k := range uneven[i] {
			uneven[i][k] = uneven[i][k] * (1 + i%2*2) / 2
		}
	}
	even := compared(t, folder(t, "2024-01-01", months(8, usual(0))...), 9, 8)
	r := compared(t, folder(t, "2024-01-01", uneven...), 9, 8)
	for i, c := range r.Counts {
		if e := even.Counts[i]; c.High-c.Low < 3*(e.High-e.Low)/2 {
			t.Errorf("%s: %d to %d is common, and %d to %d with an even past", c.Thing, c.Low, c.High, e.Low, e.High)
		}
	}
}

func TestWhatIsNotJudgedAndWhatIsLeftOut(t *testing.T) {
	for _, tt := range []struct {
		name    string
		monday  string
		weeks   []week
		change  func(v *catalog.View)
		past    []int
		verdict string
		notes   []string
	}{
		{
			name: "a past shorter than was asked for", weeks: months(4, usual(0)), past: []int{1, 2, 3, 4}, verdict: past.Nothing,
		},
		{
			name: "hardly a past", weeks: months(2, usual(0)), past: []int{1, 2},
			verdict: "not judged: what is usual takes 3 batches before it at least, and it has 2",
		},
		{
			name: "no past", weeks: months(0, usual(0)), past: []int{},
			verdict: "not judged: what is usual takes 3 batches before it at least, and it has 0",
		},
		{
			name: "weeks without a row", weeks: slices.Concat([]week{usual(0), {}, {}}, months(4, usual(0))), past: []int{1, 4, 5, 6, 7}, verdict: past.Nothing,
			notes: []string{"batch 2 (week of 8 Jan 2024) is left out: it holds no rows", "batch 3 (week of 15 Jan 2024) is left out: it holds no rows"},
		},
		{
			name: "no row now", weeks: months(8, week{}), past: []int{1, 2, 3, 4, 5, 6, 7, 8},
			verdict: "not judged: batch 9 (week of 26 Feb 2024) holds no rows; nothing was reported, or the data lack it",
		},
		{
			name: "a week that is still open", weeks: months(8, usual(0)), past: []int{1, 2, 3, 4, 5, 6, 7, 8},
			change:  func(v *catalog.View) { v.Batches[8].Provisional = true },
			verdict: "not judged: batch 9 (week of 26 Feb 2024) is still open; a row after 2024-03-03 closes it",
		},
		{
			name: "rows that begin within a week", weeks: months(5, usual(0)), past: []int{2, 3, 4, 5}, verdict: past.Nothing,
			change: func(v *catalog.View) { v.Batches[0].Reported.First = "2024-01-03T01:00:00" },
			notes:  []string{"batch 1 (week of 1 Jan 2024) is left out: the first row is of 2024-01-03"},
		},
		{
			name: "late rows", weeks: months(8, usual(0)), past: []int{1, 2, 3, 4, 5, 6, 7, 8}, verdict: past.Nothing,
			change: func(v *catalog.View) { v.Batches[8].Window.Late = 12 },
			notes:  []string{"12 of its rows came late: they are of earlier windows, and counted in this one"},
		},
		{
			name: "a folder that begins with a later batch", weeks: months(5, usual(0)), past: []int{3, 4, 5}, verdict: past.Nothing,
			change: func(v *catalog.View) { v.First, v.Batches, v.Models = 3, v.Batches[2:], v.Models[2:] },
		},
		{name: "before 1970", monday: "0004-02-23", weeks: months(8, usual(0)), past: []int{1, 2, 3, 4, 5, 6, 7, 8}, verdict: past.Nothing},
		{name: "after 2100", monday: "9999-10-25", weeks: months(8, usual(0)), past: []int{1, 2, 3, 4, 5, 6, 7, 8}, verdict: past.Nothing},
		{
			name: "one row a week, at one place", weeks: slices.Repeat([]week{{{"mill", "arson", "39.70"}: 1}}, 9), past: []int{1, 2, 3, 4, 5, 6, 7, 8}, verdict: past.Nothing,
		},
		{
			name: "no row with a place", weeks: slices.Repeat([]week{{{"", "arson", ""}: 20}}, 9), past: []int{1, 2, 3, 4, 5, 6, 7, 8}, verdict: past.Nothing,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			monday := tt.monday
			if monday == "" {
				monday = "2024-01-01"
			}
			v := folder(t, monday, tt.weeks...)
			if tt.change != nil {
				tt.change(v)
			}
			r := compared(t, v, v.LastModel(), 8)
			if r.Verdict != tt.verdict || r.Judged != (tt.verdict == past.Nothing) || r.Judged != (len(r.Counts) > 0) {
				t.Errorf("verdict %q, judged %v, %d counts", r.Verdict, r.Judged, len(r.Counts))
			}
			first := fmt.Sprintf("batches in its past: %d of 8", len(tt.past))
			if !slices.Equal(r.Past, tt.past) || !strings.HasPrefix(r.Notes[0], first) || !slices.Equal(r.Notes[1:], tt.notes) {
				t.Errorf("past %v, notes %q, want %v, %q, %q", r.Past, r.Notes, tt.past, first, tt.notes)
			}
		})
	}
}

// Before an empty week, or one that cannot be trained, there is an older model.
func TestTheGroundIsThatOfTheNewestModelBeforeWithAreas(t *testing.T) {
	v := folder(t, "2024-01-01", months(8, usual(0))...)
	v.Models[7].Clusters = nil
	if r := compared(t, v, 9, 8); r.AreasOf == nil || *r.AreasOf != 7 {
		t.Errorf("areas %v, want model 7", r.AreasOf)
	}
	for _, m := range v.Models[:8] {
		m.Clusters = nil
	}
	r := compared(t, v, 9, 8)
	if r.AreasOf != nil || !r.Judged || slices.ContainsFunc(r.Counts, func(c past.Count) bool { return c.Of == past.Area }) || !slices.Equal(r.Notes, []string{"batches in its past: 8 of 8"}) {
		t.Errorf("without areas before: %+v", r)
	}
}

// By rows a batch is as long as it took: the same rows in half the days are twice as many a day.
func TestByRowsCountsAreThoseOfAsManyDays(t *testing.T) {
	build := func(lastDays int, change func(m *batch.Manifest)) *catalog.View {
		v := folder(t, "2024-01-01", months(8, usual(0))...)
		day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		for i, b := range v.Batches {
			days := 20
			if i == 8 {
				days = lastDays
			}
			b.Window = batch.Window{}
			b.Reported.First = day.Format(time.DateOnly) + "T00:00:00"
			day = day.AddDate(0, 0, days)
			b.Reported.Last = day.Format(time.DateOnly) + "T00:00:00"
			change(b.Manifest)
		}
		return v
	}
	none := func(*batch.Manifest) {}
	if r := compared(t, build(20, none), 9, 8); r.Verdict != past.Nothing {
		t.Errorf("as fast as ever: %q", said(r))
	}
	r := compared(t, build(10, none), 9, 8)
	if c := r.Counts[0]; c.Of != past.City || c.Verdict != past.More || math.Abs(c.Expected-46.8) > .5 || c.Now != 92 {
		t.Errorf("twice as fast: %+v", c)
	}
	if r := compared(t, build(60, none), 9, 8); r.Counts[0].Verdict != past.Fewer {
		t.Errorf("at a third of the pace: %+v", r.Counts[0])
	}
	// The rows so far are counted with the days so far.
	if r := compared(t, build(20, func(m *batch.Manifest) { m.Provisional = m.Batch == 9 }), 9, 8); !r.Judged {
		t.Errorf("provisional by rows: %q", r.Verdict)
	}
	for _, odd := range []string{"1815-06-18T00:00:00", "9999-12-31T23:59:59", "no date"} {
		r := compared(t, build(20, func(m *batch.Manifest) {
			if m.Batch == 5 {
				m.Reported.First, m.Reported.Last = min(m.Reported.First, odd), max(m.Reported.Last, odd)
			}
		}), 9, 8)
		for _, c := range r.Counts {
			if math.IsNaN(c.Expected+c.P+c.PAdjusted) || c.Low < 0 || c.High < c.Low {
				t.Errorf("a row of %s: %+v", odd, c)
			}
		}
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	v := folder(t, "2024-01-01", months(3, usual(0))...)
	if r, err := past.Compare(v, 5, 8); r != nil || err == nil {
		t.Errorf("no such model: %v, %v", r, err)
	}
	v.Batches[1] = &catalog.Batch{Manifest: v.Batches[1].Manifest} // not read yet
	if r, err := past.Compare(v, 4, 8); r != nil || err == nil || !strings.Contains(err.Error(), "batch 2") {
		t.Errorf("while the past is read: %v, %v", r, err)
	}
}

func BenchmarkCompare(b *testing.B) {
	v := folder(b, "2024-01-01", slices.Repeat([]week{{{"mill", "larceny", "39.70"}: 1300}}, 9)...)
	for b.Loop() {
		if _, err := past.Compare(v, 9, 8); err != nil {
			b.Fatal(err)
		}
	}
}
