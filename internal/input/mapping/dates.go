package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a system may have no zones, as Windows and the smallest images

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// dates reads the dates of a file. The zero value knows no form.
type dates struct {
	forms []dateForm
	zone  *time.Location // of the city; nil leaves a date in the zone that it says
}

// dateForm is one form of a date.
type dateForm struct {
	pattern string        // as the mapping has it
	layouts []string      // of Go's package time; none for a count since 1970
	unit    time.Duration // of that count
	exact   string        // how much of its moment it says: source.PrecisionTime and its like
	zoned   bool
	century int // the first of the hundred years that two digits mean, 0 for four digits
}

// endOf is where what a date says ends: a day or a month after its beginning.
func endOf(t time.Time, exact string) string {
	if exact == source.PrecisionMonth {
		return t.AddDate(0, 1, 0).Format(crime.DateForm)
	}
	return t.AddDate(0, 0, 1).Format(crime.DateForm)
}

// What a date may be made of, and what Go calls it. Days, months and hours
// may have one digit or two; a fraction behind the seconds is dropped. +00 stands behind a local time
// where it is not meant.
var (
	madeOf = regexp.MustCompile(`^(%[YymbBdHIMSpz]|[-/.:, T]|\+00)*$`)
	inGo   = strings.NewReplacer("%Y", "2006", "%y", "06", "%m", "1", "%d", "2", "%b", "Jan", "%B", "January",
		"%H", "15", "%I", "3", "%M", "04", "%S", "05", " %p", " PM", "%p", " PM", "%z", "Z07:00")
)

// formOf reads a pattern as "%m/%d/%Y %I:%M:%S %p", epoch or epoch_ms.
func formOf(pattern string, century int) (dateForm, error) {
	f := dateForm{pattern: pattern, exact: source.PrecisionTime}
	if unit := map[string]time.Duration{"epoch": time.Second, "epoch_ms": time.Millisecond}[pattern]; unit > 0 {
		f.unit, f.zoned = unit, true
		return f, nil
	}
	has := func(letters string) bool { return strings.ContainsAny(pattern, letters) }
	switch {
	case !madeOf.MatchString(pattern):
		return f, fmt.Errorf("%q: want %%Y %%m %%d %%H %%M %%S, or %%y %%b %%B %%I %%p %%z, and - / . : , T or the space between the numbers; or epoch, or epoch_ms", pattern)
	case !has("Yy") || !has("mbB"):
		return f, fmt.Errorf("%q: year or month is missing", pattern)
	case !has("d") && has("HI"):
		return f, fmt.Errorf("%q: day is missing", pattern)
	case has("I") != has("p"):
		return f, fmt.Errorf("%q: %%I and %%p go together", pattern)
	case has("y") && century == 0:
		return f, fmt.Errorf("%q: two digits do not say the century; with \"century: 1950\" they mean 1950 to 2049", pattern)
	case has("y"):
		f.century = century
	}
	if !has("d") {
		f.exact = source.PrecisionMonth
	} else if !has("HI") {
		f.exact = source.PrecisionDay
	}
	f.zoned = has("z")
	for _, zone := range []string{"Z07:00", "Z0700", "Z07"} {
		f.layouts = append(f.layouts, strings.Replace(inGo.Replace(pattern), "Z07:00", zone, 1))
	}
	f.layouts = slices.Compact(f.layouts)
	return f, nil
}

// read finds the moment that s says, in the time of the city. s is the texts of
// fields, joined; when no form fits it, the last of several fields is a time of
// the day and the others are its date.
func (d *dates) read(s string, texts []string, fields []int, seen *Seen) (t time.Time, exact string, ok bool) {
	t, exact, ok = d.local(s, seen)
	last := len(fields) - 1
	if last < 1 || ok && texts[fields[last]] != "" {
		return t, exact, ok
	}
	date, _ := (&column{from: fields[:last]}).text(texts)
	t, exact, ok = d.local(date, seen)
	if seconds, fine := clockOf(texts[fields[last]]); fine {
		return atClock(t, seconds), source.PrecisionTime, ok
	} else if exact == source.PrecisionTime {
		exact = source.PrecisionDay
	}
	return t, exact, ok
}

// atClock is the day of t at a time of the day.
func atClock(t time.Time, seconds int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, seconds, 0, time.UTC)
}

// plain writes a date without what spreadsheets and languages add to it; 24:00 is
// 00:00 of the next day.
func plain(s string) (text string, days int) {
	s = strings.ToUpper(s)
	if at := strings.LastIndexAny(s, "AP"); at > 0 && strings.ReplaceAll(s[at+1:], ".", "") == "M" {
		s = strings.TrimRight(s[:at], " \u00a0\u202f") + " " + s[at:at+1] + "M"
	}
	for _, end := range []string{"24:00", "24:00:00"} {
		if day, ok := strings.CutSuffix(s, end); ok && (day == "" || strings.HasSuffix(day, " ") || strings.HasSuffix(day, "T")) {
			return day + "00" + end[2:], 1
		}
	}
	return s, 0
}

// local is the moment of a text as the clock of the city showed it.
func (d *dates) local(s string, seen *Seen) (t time.Time, exact string, ok bool) {
	for _, f := range d.forms {
		if t, ok := f.read(s); ok {
			return d.inCity(t, f, s, seen), f.exact, true
		}
	}
	return t, "", false
}

// inCity moves a moment that says its zone to that of the city.
func (d *dates) inCity(t time.Time, f dateForm, s string, seen *Seen) time.Time {
	if !f.zoned {
		return t
	}
	if d.zone != nil {
		return t.In(d.zone)
	}
	if _, offset := t.Zone(); offset == 0 {
		seen.add("dates are in UTC", s, ", and stay so; timezone: of the city in the mapping, as America/Toronto, gives its own hours")
	}
	return t
}

// read reads a text that is wholly of this form.
func (f dateForm) read(s string) (t time.Time, ok bool) {
	if f.unit > 0 {
		n, err := strconv.ParseInt(s, 10, 64)
		digits := map[time.Duration]int{time.Second: 9, time.Millisecond: 12}[f.unit]
		return time.Unix(0, 0).UTC().Add(time.Duration(n) * f.unit), err == nil && digits <= len(s) && len(s) <= digits+1
	}
	for _, layout := range f.layouts {
		t, err := time.Parse(layout, s)
		zeroPM := t.Hour() == 12 && (strings.Contains(s, " 0:") || strings.Contains(s, " 00:")) // it takes 0:30 PM for 12:30
		if err != nil || t.Year() == 0 || zeroPM {
			continue
		}
		if f.century > 0 {
			t = t.AddDate(f.century+((t.Year()-f.century)%100+100)%100-t.Year(), 0, 0)
		}
		return t, true
	}
	if text, days := plain(s); text != s {
		t, ok = f.read(text)
		return t.AddDate(0, 0, days), ok
	}
	return t, false
}

var clock = dateForm{layouts: []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02 3:04:05 PM", "2006-01-02 3:04 PM"}}

// clockOf reads a time of the day: 845 and 0845, 8:45, 08:45:00, 8:45 PM, 2400.
func clockOf(s string) (seconds int, ok bool) {
	if n, err := strconv.ParseUint(s, 10, 16); err == nil && len(s) <= 4 {
		s = fmt.Sprintf("%02d:%02d", n/100, n%100)
	}
	t, ok := clock.read("1970-01-01 " + s)
	return int(t.Unix()), ok
}

var (
	serial   = regexp.MustCompile(`^[2-7]\d{4}(\.\d+)?$`) // a day as Excel counts them, of 1954 to 2118
	turnDays = strings.NewReplacer("%m", "%d", "%d", "%m")
)

// why says what a text is that fits no form, and what to do.
func (d *dates) why(s string) (what, advice string) {
	fit := patternsOf([]string{s})
	for _, f := range d.forms {
		if turned := strconv.Quote(turnDays.Replace(f.pattern)); turned != strconv.Quote(f.pattern) && slices.Contains(fit, turned) {
			return "day and month the other way round", ": when no row fits, the form is " + turned +
				"; when some do, a spreadsheet has turned their days and months, and the file must be exported anew"
		}
	}
	switch {
	case serial.MatchString(s):
		return "a day as a spreadsheet counts them", ": give the column the form yyyy-mm-dd hh:mm:ss there and export it again"
	case fit != nil:
		return "another form", ": if it is " + strings.Join(fit, " or ") + ", add that to dates:"
	}
	return "no date", ""
}

// isoPatterns are tried when a mapping names none. None of them can be taken
// for another.
var isoPatterns = []string{
	"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y/%m/%d %H:%M:%S%z",
	"%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%Y/%m/%d", "%Y-%m", "epoch", "epoch_ms",
}

// common are the forms that dates are known to have, those of ISO first.
var common = sync.OnceValue(func() (forms []dateForm) {
	all := isoPatterns[:len(isoPatterns):len(isoPatterns)]
	for _, date := range []string{"%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y.%m.%d", "%m/%d/%y", "%d/%m/%y", "%Y%m%d"} {
		for _, clock := range []string{"", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "T%H:%M:%S", " %H:%M:%S%z", "T%H:%M:%S%z"} {
			all = append(all, date+clock)
		}
	}
	for i, pattern := range all {
		if !slices.Contains(all[:i], pattern) {
			f, _ := formOf(pattern, 1950)
			forms = append(forms, f)
		}
	}
	return forms
})

// iso are the forms of a mapping that names none.
func iso() []dateForm { return common()[:len(isoPatterns):len(isoPatterns)] }

// patternsOf are the patterns that fit nearly all of the texts, quoted as in a
// mapping: none, one, or two when nothing tells days from months.
func patternsOf(texts []string) (fit []string) {
	for _, f := range common() {
		left := len(texts) / 10 // may be of another form
		for i := 0; left >= 0 && i < len(texts); i++ {
			if _, ok := f.read(texts[i]); !ok {
				left--
			}
		}
		if left >= 0 {
			fit = append(fit, strconv.Quote(f.pattern))
		}
	}
	return fit
}
