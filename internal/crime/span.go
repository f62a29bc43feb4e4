package crime

import "math"

// The longest spans that say something of the hour, of which a day has each
// once, and of the day of the week. A span of MinutesKnown is as good as known.
const (
	MinutesKnown = 60
	minutesDay   = 24 * 60
	minutesWeek  = 7 * minutesDay
)

// Whole is the weight of one crime. Parts of it are whole numbers, so that their
// sums are the same on every machine and in any order: up to 2^27 crimes.
const Whole = 1 << 36

// Span is when a crime happened: in one of Minutes minutes of a week, all of them
// equally likely (the aoristic weights of Ratcliffe and McCullagh, 1998).
type Span struct {
	Start   int16 // the first minute, from Monday 00:00 on
	Minutes int32 // 1 for a moment; 0 when nobody says
}

// Span is from FIRST_OCCURRENCE_DATE to LAST_OCCURRENCE_DATE, in minutes of the
// clock. Without a last date, and with one before the first, it is the moment of
// the first; without a first it is nothing.
func (r *Record) Span() Span {
	first, ok := ParseDate(r.Text[ColFirstOccurrence])
	if !ok {
		return Span{}
	}
	day := (int64(first.Weekday()) + 6) % 7
	s := Span{Start: int16(day*minutesDay) + int16(first.Hour()*60+first.Minute()), Minutes: 1}
	if last, ok := ParseDate(r.Text[ColLastOccurrence]); ok && last.After(first) {
		s.Minutes = int32(min(max(minute(last.Unix())-minute(first.Unix()), 1), math.MaxInt32))
	}
	return s
}

// minute is the minute of seconds since 1970, before it as after it.
func minute(seconds int64) int64 {
	if seconds < 0 {
		seconds -= 59
	}
	return seconds / 60
}

// HasHour reports whether AddHours adds it.
func (s Span) HasHour() bool { return s.Minutes > 0 && s.Minutes <= minutesDay }

// HourKnown reports whether the hour is known, give or take one.
func (s Span) HourKnown() bool { return s.Minutes > 0 && s.Minutes <= MinutesKnown }

// AddHours adds a crime to the hours of the day: Whole in all, or nothing and
// false when its span is longer than a day.
func (s Span) AddHours(sums *[24]int64) bool { return s.spread(sums[:], 60, minutesDay) }

// AddDays adds a crime to the days of the week, Monday first: Whole in all, or
// nothing and false when its span is longer than a week.
func (s Span) AddDays(sums *[7]int64) bool { return s.spread(sums[:], minutesDay, minutesWeek) }

// spread adds to each cell of so many minutes its part of s, when s is not longer
// than most.
func (s Span) spread(sums []int64, cell, most int64) bool {
	n, given := int64(s.Minutes), int64(0)
	if n < 1 || n > most {
		return false
	}
	for done := int64(0); done < n; {
		at := int64(s.Start) + done
		done += min(cell-at%cell, n-done)
		upTo := Whole * done / n // so the parts add up to Whole
		sums[at/cell%int64(len(sums))] += upTo - given
		given = upTo
	}
	return true
}
