package crime_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"hotspot/internal/crime"
)

// spanOf is the span of a row with these dates; a zero time is an empty text.
func spanOf(first, last time.Time) crime.Span {
	var r crime.Record
	for c, t := range map[int]time.Time{crime.ColFirstOccurrence: first, crime.ColLastOccurrence: last} {
		if !t.IsZero() {
			r.Text[c] = t.Format(crime.DateForm)
		}
	}
	return r.Span()
}

// testdata/spans.py reckons the same 10,000 rows minute by minute in fractions.
func TestHoursAndDaysAgreeWithAnIndependentReckoning(t *testing.T) {
	var want struct {
		Hours, Days []float64
		Known       int
		NoHour      int `json:"no_hour"`
		NoDay       int `json:"no_day"`
		First       [][]float64
	}
	data, err := os.ReadFile("testdata/spans.json")
	if err == nil {
		err = json.Unmarshal(data, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	state := int64(19)
	draw := func(n int64) int { state = (state*1103515245 + 12345) & 0x7FFFFFFF; return int(state / 65536 % n) }
	lengths := []int{0, 1, 7, 15, 30, 59, 60, 61, 90, 137, 480, 719, 1439, 1440, 1441, 4000, 10079, 10080, 10081, 32000}
	near := func(row, cell int, sum int64, want float64) {
		if got := float64(sum) / crime.Whole; math.Abs(got-want) > 1e-9*max(1, want) {
			t.Errorf("row %d, cell %d: %.12f, want %.12f", row, cell, got, want)
		}
	}
	var hours [24]int64
	var days [7]int64
	known, noHour, noDay := 0, 0, 0
	for row := range 10000 {
		first := time.Date(1969, 12, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, draw(32768))
		first = first.Add(time.Duration(draw(1440)) * time.Minute)
		second := time.Duration(draw(60)) * time.Second
		last := first.Add(time.Duration(lengths[draw(int64(len(lengths)))]) * time.Minute)
		last = last.Add(time.Duration(draw(60)) * time.Second)
		s := spanOf(first.Add(second), last)
		if s.HourKnown() {
			known++
		}
		var own [24]int64
		if !s.AddHours(&own) {
			noHour++
		}
		if !s.AddDays(&days) {
			noDay++
		}
		sum := int64(0)
		for h, part := range own {
			hours[h] += part
			sum += part
			if row < len(want.First) {
				near(row, h, part, want.First[row][h])
			}
		}
		if sum != 0 && sum != crime.Whole {
			t.Fatalf("row %d: the parts of a crime add up to %d of %d", row, sum, crime.Whole)
		}
	}
	if known != want.Known || noHour != want.NoHour || noDay != want.NoDay {
		t.Errorf("known %d, no hour %d, no day %d; want %d, %d, %d", known, noHour, noDay, want.Known, want.NoHour, want.NoDay)
	}
	for h, sum := range hours {
		near(-1, h, sum, want.Hours[h])
	}
	for d, sum := range days {
		near(-1, d, sum, want.Days[d])
	}
}

func TestASpanIsAMomentWhereNoLaterEndIsSaid(t *testing.T) {
	first := time.Date(2024, 6, 9, 23, 59, 59, 0, time.UTC) // a Sunday
	moment := crime.Span{Start: 7*1440 - 1, Minutes: 1}
	for name, last := range map[string]time.Time{"none": {}, "the same": first, "earlier": first.AddDate(-1, 0, 0)} {
		if s := spanOf(first, last); s != moment {
			t.Errorf("%s: %+v, want %+v", name, s, moment)
		}
	}
	if s := spanOf(time.Time{}, first); s != (crime.Span{}) || s.HourKnown() || s.AddHours(new([24]int64)) || s.AddDays(new([7]int64)) {
		t.Errorf("without a first date: %+v", s)
	}
	if s := spanOf(first, first.Add(2*time.Second)); s != moment {
		t.Errorf("over midnight by a second: %+v, want %+v", s, moment)
	}
	if s := spanOf(time.Date(2, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)); s.Minutes != math.MaxInt32 {
		t.Errorf("as long as dates reach: %+v", s)
	}
	var hours [24]int64
	var days [7]int64
	s := spanOf(first.Add(-time.Minute), first.Add(time.Minute)) // 23:58 to 00:00, the end not in it
	if !s.AddHours(&hours) || !s.AddDays(&days) || hours[23] != crime.Whole || days[6] != crime.Whole {
		t.Errorf("%+v: %v %v", s, hours, days)
	}
}
