package batch

import (
	"testing"
	"time"
)

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		by                      By
		date, first, last, says string
		days                    int
	}{
		{ByDay, "2024-09-09T23:59:59", "2024-09-09", "2024-09-09", "9 Sep 2024", 1},
		{ByWeek, "2024-09-09T00:00:00", "2024-09-09", "2024-09-15", "week of 9 Sep 2024", 7},
		{ByWeek, "2024-09-15T23:59:59", "2024-09-09", "2024-09-15", "week of 9 Sep 2024", 7},
		{ByWeek, "2021-01-03T10:00:00", "2020-12-28", "2021-01-03", "week of 28 Dec 2020", 7}, // week 53 of 2020
		{ByMonth, "2024-02-29T10:00:00", "2024-02-01", "2024-02-29", "Feb 2024", 29},
		{ByMonth, "2023-02-01", "2023-02-01", "2023-02-28", "Feb 2023", 28},
		{ByWeek, "1969-12-31T10:00:00", "1969-12-29", "1970-01-04", "week of 29 Dec 1969", 7},
		{ByMonth, "1969-12-31T10:00:00", "1969-12-01", "1969-12-31", "Dec 1969", 31},
		{ByWeek, "2150-05-01T10:00:00", "2150-04-27", "2150-05-03", "week of 27 Apr 2150", 7},
		{ByWeek, "0000-01-01T00:00:00", "0000-01-01", "0000-01-02", "week of 1 Jan 0000", 2}, // a Saturday
		{ByWeek, "9999-12-31T00:00:00", "9999-12-27", "9999-12-31", "week of 27 Dec 9999", 5},
		{ByMonth, "9999-12-31T00:00:00", "9999-12-01", "9999-12-31", "Dec 9999", 31},
	} {
		w := c.by.Window(c.date)
		if w != (Window{By: c.by, First: c.first, Last: c.last}) || w.String() != c.says || w.Days() != c.days {
			t.Errorf("%s of %s: %+v, %q, %d days; want %+v", c.by, c.date, w, w, w.Days(), c)
		}
		if err := w.Check(0); err != nil {
			t.Errorf("%s of %s: %v", c.by, c.date, err)
		}
		if a := w.Ahead(c.date); a != 0 {
			t.Errorf("%s of %s is %d ahead of itself", c.by, c.date, a)
		}
	}
	if s := (Window{}).String(); s != "" {
		t.Errorf("no window says %q", s)
	}
}

// Each day of 220 years lies in exactly one window, and the windows follow each
// other without a gap.
func TestWindowsFollow(t *testing.T) {
	for _, by := range []By{ByDay, ByWeek, ByMonth} {
		day := time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC)
		begin := by.Window(day.Format(dayForm))
		w, n := begin, 0
		for ; day.Year() < 2110; day = day.AddDate(0, 0, 1) {
			date := day.Format("2006-01-02T15:04:05")
			if date[:10] > w.Last {
				before := w
				w = w.Next()
				n++
				if w.Ahead(before.Last) != -1 || before.Ahead(w.First) != 1 || days(ByDay.start(before.Last), ByDay.start(w.First)) != 1 {
					t.Fatalf("%+v after %+v", w, before)
				}
			}
			if by.Window(date) != w || begin.Ahead(date) != n || w.Ahead(begin.First) != -n {
				t.Fatalf("%s of %s is %+v, want number %d, %+v; ahead %d", by, date, by.Window(date), n, w, begin.Ahead(date))
			}
			switch {
			case by == ByWeek && (w.Days() != 7 || ByDay.start(w.First).Weekday() != time.Monday):
				t.Fatalf("week %+v", w)
			case by == ByMonth && w.First[8:] != "01":
				t.Fatalf("month %+v", w)
			}
		}
	}
}

func TestWindowCheckRefuses(t *testing.T) {
	for _, w := range []Window{
		{By: "rows", First: "2024-09-09", Last: "2024-09-15"},
		{By: "", First: "2024-09-09", Last: "2024-09-15"},
		{By: ByWeek, First: "2024-09-10", Last: "2024-09-16"},
		{By: ByWeek, First: "2024-09-09", Last: "2024-09-14"},
		{By: ByWeek, First: "2024-02-30", Last: "2024-09-14"},
		{By: ByWeek, First: "2024-09-09T00:00:00", Last: "2024-09-15"},
		{By: ByWeek, First: "", Last: ""},
		{By: ByMonth, First: "2024-09-09", Last: "2024-09-30"},
		{By: ByDay, First: "2024-09-09", Last: "2024-09-10"},
		{By: ByDay, First: "2024-09-09", Last: "2024-09-09", Late: -1},
		{By: ByDay, First: "2024-09-09", Last: "2024-09-09", Late: 3},
	} {
		if err := w.Check(3); err == nil {
			t.Errorf("%+v is taken", w)
		}
	}
}
