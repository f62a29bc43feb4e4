package batch

import (
	"fmt"
	"time"
)

// By says where the batches of a folder end.
type By string

// The kinds of batches. Days, weeks and months are those of REPORTED_DATE, which
// is local time: no clock and no zone has a part in it.
const (
	ByRows  By = "rows"  // after Config.Size rows
	ByDay   By = "day"   // with the day
	ByWeek  By = "week"  // with Sunday: weeks of ISO 8601, which begin on Monday
	ByMonth By = "month" // with the month of the calendar
)

// Calendar reports whether batches end by the calendar, and not by rows.
func (by By) Calendar() bool { return by != "" && by != ByRows }

// Window is the day, week or month of a batch by the calendar. The zero Window
// is that of a batch by rows.
type Window struct {
	By    By     `json:"by"`    // day, week or month
	First string `json:"first"` // the first day, as 2024-09-09
	Last  string `json:"last"`  // the last day
	// Late is how many rows of an earlier window the batch holds: they came
	// after a row of this one.
	Late int `json:"late"`
}

const (
	dayForm = time.DateOnly
	// What a REPORTED_DATE can be; a window ends there, so that days are text of one length.
	leastDay, greatestDay = "0000-01-01", "9999-12-31"
)

// Window is the one in which date lies, which begins as 2024-09-09 does. It
// panics when that is no day of the calendar or by is not one of its kinds.
func (by By) Window(date string) Window { return by.window(by.start(date)) }

// window is the one that begins with start.
func (by By) window(start time.Time) Window {
	first, last := leastDay, greatestDay
	if start.Year() >= 0 {
		first = start.Format(dayForm)
	}
	if end := by.after(start, 1).AddDate(0, 0, -1); end.Year() <= 9999 {
		last = end.Format(dayForm)
	}
	return Window{By: by, First: first, Last: last}
}

// start is the first day of the window of date.
func (by By) start(date string) time.Time {
	day, err := time.Parse(dayForm, date[:min(len(date), len(dayForm))])
	if err != nil {
		panic(fmt.Sprintf("batch: window of %q: %v", date, err))
	}
	switch by {
	case ByDay:
		return day
	case ByWeek:
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	case ByMonth:
		return day.AddDate(0, 0, 1-day.Day())
	}
	panic(fmt.Sprintf("batch: window by %q", by))
}

// after is the first day of the n-th window after the one that begins with start.
func (by By) after(start time.Time, n int) time.Time {
	switch by {
	case ByWeek:
		return start.AddDate(0, 0, 7*n)
	case ByMonth:
		return start.AddDate(0, n, 0)
	}
	return start.AddDate(0, 0, n)
}

// Ahead is how many windows after w that of date is: 0 within w, less than 0
// before it.
func (w Window) Ahead(date string) int {
	if w.holds(date) {
		return 0
	}
	from, to := w.By.start(w.First), w.By.start(date)
	switch w.By {
	case ByWeek:
		return days(from, to) / 7
	case ByMonth:
		return 12*(to.Year()-from.Year()) + int(to.Month()) - int(from.Month())
	}
	return days(from, to)
}

// holds reports whether date lies within w.
func (w Window) holds(date string) bool {
	day := date[:min(len(date), len(dayForm))]
	return w.First <= day && day <= w.Last
}

// days is how many days after from to is.
func days(from, to time.Time) int { return int((to.Unix() - from.Unix()) / (24 * 60 * 60)) }

// Next is the window after w, without late rows. Without days it is w itself.
func (w Window) Next() Window {
	if w.First == "" {
		return w
	}
	return w.By.window(w.By.after(w.By.start(w.First), 1))
}

// Days is how many days w has, from First to Last: 7 of a week.
func (w Window) Days() int { return days(ByDay.start(w.First), ByDay.start(w.Last)) + 1 }

// String is w as people say it: "9 Sep 2024", "week of 9 Sep 2024" or
// "Sep 2024"; "" for the zero Window.
func (w Window) String() string {
	if w.By == "" {
		return ""
	}
	first := ByDay.start(w.First)
	switch w.By {
	case ByWeek:
		return first.Format("week of 2 Jan 2006")
	case ByMonth:
		return first.Format("Jan 2006")
	}
	return first.Format("2 Jan 2006")
}

// Name is how people call batch n of window w: "batch 3", "batch 3, week of 9 Sep 2024".
func Name(n int, w Window) string {
	if w.By == "" {
		return fmt.Sprintf("batch %d", n)
	}
	return fmt.Sprintf("batch %d, %s", n, w)
}

// Check says whether w can be the window of a batch of so many rows.
func (w Window) Check(rows int) error {
	if w == (Window{}) {
		return nil
	}
	if w.By != ByDay && w.By != ByWeek && w.By != ByMonth {
		return fmt.Errorf("window by %.40q, want day, week or month", w.By)
	}
	if _, err := time.Parse(dayForm, w.First); err != nil {
		return fmt.Errorf("window from %.40q, want a day", w.First)
	}
	if want := w.By.Window(w.First); w.First != want.First || w.Last != want.Last {
		return fmt.Errorf("window from %s to %.40q, want the %s from %s to %s", w.First, w.Last, w.By, want.First, want.Last)
	}
	if w.Late < 0 || w.Late > max(0, rows-1) {
		return fmt.Errorf("%d late rows of %d", w.Late, rows)
	}
	return nil
}

// Ahead is how many windows after that of the batch a row lies that was reported
// then. It is 0 by rows, and less than 0 for a row that is late.
func (b *Builder) Ahead(reported string) int {
	if b.window.First == "" {
		return 0
	}
	return b.window.Ahead(reported)
}

// Window is the day, week or month of the batch, with the late rows so far; it has
// no days before the first row, and is zero by rows.
func (b *Builder) Window() Window { return b.window }

// Ends says where the batches of the folder end, as the flag of the consumer
// does: "--batch-size 5000" or "--batch-by week".
func (m *Manifest) Ends() string {
	if m.Window.By.Calendar() {
		return "--batch-by " + string(m.Window.By)
	}
	return fmt.Sprintf("--batch-size %d", m.BatchSize)
}
