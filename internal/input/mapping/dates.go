package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a system may have no zones, as Windows and the smallest images

	"hotspot/internal/crime"
)

// dates reads the dates of a file. The zero value knows no form.
type dates struct {
	forms  []dateForm
	strict bool
	utc    bool           // dates without a zone are in UTC
	zone   *time.Location // of the city; nil leaves a date in the zone that it says
}

// dateForm is one form of a date.
type dateForm struct {
	pattern string   // as the mapping has it
	layouts []string // of Go's package time; none for a count since 1970
	unit    time.Duration
	exact   exactness
	zoned   bool
	twelve  bool
	century int // the first of the hundred years that two digits mean, 0 for four digits
}

// exactness is how much of its moment a date says.
type exactness int

const (
	toMinute exactness = iota
	toDay
	toMonth
)

// end is where what a date says ends: a day or a month after its beginning.
func (e exactness) end(t time.Time) time.Time {
	if e == toMonth {
		return t.AddDate(0, 1, 0)
	}
	return t.AddDate(0, 0, 1)
}

// isoPatterns are tried when a mapping names none. None of them can be taken
// for another.
var isoPatterns = []string{
	"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y/%m/%d %H:%M:%S%z",
	"%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%Y/%m/%d", "%Y-%m", "epoch", "epoch_ms",
}

// directives are those of strftime that a date may be made of, and what Go
// calls them. Numbers may have one digit or two; a fraction behind the seconds
// is dropped.
var directives = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "1", 'd': "2", 'b': "Jan", 'B': "January",
	'H': "15", 'I': "3", 'M': "4", 'S': "5", 'p': "PM", '%': "%", 'z': "Z07:00",
}

// formOf reads a pattern as "%m/%d/%Y %I:%M:%S %p", epoch or epoch_ms.
func formOf(pattern string, century int) (dateForm, error) {
	f := dateForm{pattern: pattern}
	switch pattern {
	case "epoch", "epoch_ms":
		f.unit, f.zoned = map[string]time.Duration{"epoch": time.Second, "epoch_ms": time.Millisecond}[pattern], true
		return f, nil
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		if strings.HasPrefix(pattern[i:], "+00") { // written behind a local time, and not meant
			b.WriteString("+00")
			i += 2
			continue
		}
		if c != '%' {
			if strings.IndexByte("-/.:, T", c) < 0 {
				return f, fmt.Errorf("%q: %q between the numbers; want one of - / . : , T and the space", pattern, c)
			}
			b.WriteByte(c)
			continue
		}
		i++
		if i == len(pattern) || directives[pattern[i]] == "" {
			return f, fmt.Errorf("%q: want %%Y %%m %%d %%H %%M %%S, or %%y %%b %%B %%I %%p %%z; or epoch, or epoch_ms", pattern)
		}
		b.WriteString(directives[pattern[i]])
	}
	has := func(any ...string) bool {
		for _, s := range any {
			if strings.Contains(pattern, s) {
				return true
			}
		}
		return false
	}
	f.twelve, f.zoned = has("%p"), has("%z")
	if has("%y") {
		f.century = century
	}
	switch {
	case !has("%Y", "%y") || !has("%m", "%b", "%B"):
		return f, fmt.Errorf("%q: year or month is missing", pattern)
	case !has("%d") && has("%H", "%I"):
		return f, fmt.Errorf("%q: day is missing", pattern)
	case has("%I") != has("%p"):
		return f, fmt.Errorf("%q: %%I and %%p go together", pattern)
	case has("%y") && century == 0:
		return f, fmt.Errorf("%q: two digits do not say the century; with \"century: 1950\" they mean 1950 to 2049", pattern)
	case !has("%d"):
		f.exact = toMonth
	case !has("%H", "%I"):
		f.exact = toDay
	}
	layout := strings.Replace(strings.Replace(b.String(), " PM", "PM", 1), "PM", " PM", 1)
	f.layouts = []string{layout}
	if f.zoned {
		for _, zone := range []string{"Z0700", "Z07"} {
			f.layouts = append(f.layouts, strings.Replace(layout, "Z07:00", zone, 1))
		}
	}
	return f, nil
}

// read finds the moment that s says, in the time of the city. s is the texts of
// fields, joined; when no form fits it, the last of several fields is a time of
// the day and the others are its date.
func (d *dates) read(s string, texts []string, fields []int, seen *Seen) (time.Time, exactness, bool) {
	if d.strict {
		return d.readStrict(s)
	}
	t, exact, ok := d.local(s, seen)
	if n := len(fields) - 1; n > 0 && texts[fields[n]] == "" {
		exact = max(exact, toDay)
	} else if n > 0 && !ok {
		clock, fine := clockOf(texts[fields[n]])
		date, _ := column{from: fields[:n]}.text(texts)
		t, exact, ok = d.local(date, seen)
		if !fine {
			return t, max(exact, toDay), ok
		}
		year, month, day := t.Date()
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Add(clock), toMinute, ok
	}
	return t, exact, ok
}

// Made once: a replacer costs more to make than a row to read.
var (
	twoDigits   = strings.NewReplacer(":4", ":04", ":5", ":05")
	plainSpaces = strings.NewReplacer("\u202f", " ", "\u00a0", " ")
	turnDays    = strings.NewReplacer("%m", "%d", "%d", "%m")
)

// readStrict takes no text that is written otherwise than its form: our own
// dates as they are, no second space, no fraction, two digits of the minute.
func (d *dates) readStrict(s string) (time.Time, exactness, bool) {
	for _, f := range d.forms {
		if f.pattern == isoPatterns[0] {
			if t, ok := crime.ParseDate(s); ok {
				return t, toMinute, true
			}
			continue
		}
		layout := twoDigits.Replace(f.layouts[0])
		t, err := time.Parse(layout, s)
		if err == nil && f.likely(t, s) && strings.Count(s, " ") == strings.Count(layout, " ") && !strings.ContainsAny(s, ".,") {
			return d.inCity(t, f, s, nil), f.exact, true
		}
	}
	return time.Time{}, 0, false
}

// local is the moment of a text as the clock of the city showed it.
func (d *dates) local(s string, seen *Seen) (time.Time, exactness, bool) {
	if !d.utc {
		if t, ok := crime.ParseDate(s); ok {
			return t, toMinute, true
		}
	}
	var later time.Duration
	for _, text := range [...]string{s, plain(s)} {
		if i := strings.Index(text, "24:00"); i > 0 && strings.IndexByte("T ", text[i-1]) >= 0 && strings.Trim(text[i:], "24:0") == "" {
			text, later = text[:i]+"00:00"+text[i+5:], 24*time.Hour
		}
		for _, f := range d.forms {
			if t, ok := f.read(text); ok {
				return d.inCity(t.Add(later), f, s, seen), f.exact, true
			}
		}
	}
	return time.Time{}, 0, false
}

// inCity moves a moment that says its zone to that of the city.
func (d *dates) inCity(t time.Time, f dateForm, s string, seen *Seen) time.Time {
	if !f.zoned && !d.utc || f.exact != toMinute {
		return t
	}
	if d.zone != nil {
		return t.In(d.zone)
	}
	if _, offset := t.Zone(); offset == 0 {
		seen.add("dates are in UTC, as %q, and stay so; timezone: America/Toronto in a mapping, or the city's, gives its own hours", s)
	}
	return t
}

func (f dateForm) read(s string) (time.Time, bool) {
	if f.unit > 0 {
		n, err := strconv.ParseInt(s, 10, 64)
		digits := map[time.Duration]int{time.Second: 9, time.Millisecond: 12}[f.unit]
		if err != nil || len(s) < digits || len(s) > digits+1 {
			return time.Time{}, false
		}
		return time.Unix(0, 0).UTC().Add(time.Duration(n) * f.unit), true
	}
	for _, layout := range f.layouts {
		t, err := time.Parse(layout, s)
		if err == nil && t.Year() > 0 && f.likely(t, s) {
			if f.century > 0 {
				t = t.AddDate(f.century+((t.Year()-f.century)%100+100)%100-t.Year(), 0, 0)
			}
			return t, true
		}
	}
	return time.Time{}, false
}

// likely is false for 0:00 PM, which is no time of the day though package time
// takes it; 0:00 AM is midnight.
func (f dateForm) likely(t time.Time, s string) bool {
	return !f.twelve || t.Hour() != 12 || !strings.Contains(s, " 0:") && !strings.Contains(s, " 00:")
}

// plain writes a date without what spreadsheets and languages add to it.
func plain(s string) string {
	s = plainSpaces.Replace(s)
	short := strings.ToUpper(strings.TrimSpace(strings.ReplaceAll(s, ".m.", "m")))
	short = strings.ReplaceAll(short, ".M.", "M")
	if rest, half := strings.CutSuffix(short, "AM"); half {
		return strings.TrimSpace(rest) + " AM"
	} else if rest, half := strings.CutSuffix(short, "PM"); half {
		return strings.TrimSpace(rest) + " PM"
	}
	return s
}

// clockOf reads a time of the day: 845 and 0845, 8:45, 08:45:00, 8:45 PM, 2400.
func clockOf(s string) (time.Duration, bool) {
	s = plain(strings.TrimSuffix(s, ".0"))
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && len(s) <= 4 && n%100 < 60 && n <= 2400 {
		return time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute, true
	}
	if strings.Trim(s, "24:0") == "" && strings.HasPrefix(s, "24:00") {
		return 24 * time.Hour, true
	}
	for _, layout := range []string{"15:4:5", "15:4", "3:4:5 PM", "3:4 PM"} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second, true
		}
	}
	return 0, false
}

// serial is a day as Excel counts them, of 1954 to 2118.
var serial = regexp.MustCompile(`^[2-7]\d{4}(\.\d+)?$`)

// why says what a text is that fits no form, with %q for it, and what to do.
func (d *dates) why(s string) string {
	if serial.MatchString(s) {
		return "a day as a spreadsheet counts them, as %q: give the column the form yyyy-mm-dd hh:mm:ss there and export it again"
	}
	for _, f := range d.forms {
		turned := turnDays.Replace(f.pattern)
		if o, err := formOf(turned, f.century); err == nil && turned != f.pattern {
			if _, ok := o.read(plain(s)); ok {
				return fmt.Sprintf("day and month the other way round, as %%q: when no row fits, the form is %q; when some do, a spreadsheet has turned their days and months, and the file must be exported anew",
					strings.ReplaceAll(turned, "%", "%%"))
			}
		}
	}
	if patterns := patternsOf([]string{s}); patterns != nil {
		return fmt.Sprintf("another form, as %%q: if it is %s, add that to dates:", strings.ReplaceAll(strings.Join(patterns, " or "), "%", "%%"))
	}
	return "no date, as %q"
}

// patternsOf are the patterns that fit nearly all of the texts, quoted as in a
// mapping: none, one, or two when nothing tells days from months.
func patternsOf(texts []string) (fit []string) {
	all := slices.Clone(isoPatterns)
	for _, date := range []string{"%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y.%m.%d", "%m/%d/%y", "%d/%m/%y", "%Y%m%d"} {
		for _, clock := range []string{"", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "T%H:%M:%S", " %H:%M:%S%z", "T%H:%M:%S%z"} {
			if !slices.Contains(all, date+clock) {
				all = append(all, date+clock)
			}
		}
	}
	for _, pattern := range all {
		f, _ := formOf(pattern, 1950)
		left := len(texts) / 10 // may be of another form
		for i := 0; left >= 0 && i < len(texts); i++ {
			if _, ok := f.read(plain(texts[i])); !ok {
				left--
			}
		}
		if left >= 0 {
			fit = append(fit, strconv.Quote(pattern))
		}
	}
	return fit
}
