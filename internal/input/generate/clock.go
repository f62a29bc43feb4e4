package generate

import (
	"strconv"
	"time"
)

// Times are minutes since 1970 in local time without a zone; the calendar of
// package time is integers only.

// start is when the first crime can be reported.
var start = time.Date(2019, 1, 2, 0, 0, 0, 0, time.UTC).Unix() / 60

const (
	hour = 60
	day  = 24 * hour
)

// reportedHours is how many of 1,000 incidents are reported in each hour.
var reportedHours = [24]int{25, 22, 20, 18, 16, 16, 18, 33, 46, 57, 62, 61, 61, 62, 63, 61, 58, 55, 51, 46, 41, 37, 39, 32}

// perDay is how many incidents are reported on a day.
const perDay = 113

// The hours in which crimes happen: of the city, of places of the day, of
// places of the night. The evening has most; the peaks at 0 and 12, which are
// made by those who do not know the hour, are added in occurred.
var (
	anyHours   = hours(48, 44, 36, 29, 24, 22, 26, 32, 46, 38, 42, 42, 46, 47, 51, 59, 66, 69, 66, 60, 64, 61, 64, 50)
	dayHours   = hours(8, 6, 4, 3, 3, 4, 10, 22, 46, 60, 72, 80, 84, 84, 82, 84, 84, 76, 58, 44, 30, 20, 14, 10)
	nightHours = hours(90, 86, 74, 50, 34, 22, 18, 16, 18, 16, 16, 18, 20, 22, 24, 28, 34, 40, 46, 54, 64, 74, 84, 92)
)

func hours(weights ...int) []int { return cumulate(weights, func(w int) int { return w }) }

// delays are the minutes between crime and report: the deciles of the real
// ones, up to the greatest here.
var delays = [11]int{0, 10, 49, 90, 154, 335, 733, 1157, 2552, 7798, 60 * day}

// occurred draws when a crime happened that is reported at the minute given:
// not later, often hours or days before.
func occurred(d *dice, reported int64, hours []int) int64 {
	i := d.n(10)
	if i == 0 {
		return reported - int64(max(d.n(30)-19, 0)) // seen at once
	}
	at := reported - int64(d.from(delays[i], delays[i+1]))
	if reported-at < 2*hour {
		return at - at%5*int64(d.n(2))
	}
	// Long ago: the hour is the victim's guess.
	guess := at - at%day
	switch u := d.n(100); {
	case u < 6: // unknown
	case u < 11:
		guess += 12 * hour
	default:
		guess += int64(d.weighted(hours)) * hour
		switch u := d.n(20); {
		case u < 11:
		case u < 15:
			guess += 30
		default:
			guess += int64(5 * d.n(12))
		}
	}
	if guess > reported {
		guess -= day
	}
	return guess
}

// appendISO writes a minute as the prepared file does.
func appendISO(dst []byte, minute int64) []byte {
	t := time.Unix(minute*60, 0).UTC()
	y, m, d := t.Date()
	dst = append(pad(pad(dst, y/100), y%100), '-')
	dst = append(pad(dst, int(m)), '-')
	dst = append(pad(dst, d), 'T')
	dst = append(pad(dst, t.Hour()), ':')
	dst = append(pad(dst, t.Minute()), ":00"...)
	return dst
}

// appendCity writes a minute as the city's raw file does: 7/26/2020 4:00:00 PM.
func appendCity(dst []byte, minute int64) []byte {
	t := time.Unix(minute*60, 0).UTC()
	y, m, d := t.Date()
	dst = append(appendInt(dst, int64(m)), '/')
	dst = append(appendInt(dst, int64(d)), '/')
	dst = append(appendInt(dst, int64(y)), ' ')
	dst = append(appendInt(dst, int64((t.Hour()+11)%12+1)), ':')
	dst = append(pad(dst, t.Minute()), ":00 "...)
	if t.Hour() < 12 {
		return append(dst, "AM"...)
	}
	return append(dst, "PM"...)
}

func pad(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }
