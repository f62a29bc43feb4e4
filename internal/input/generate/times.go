package generate

import "time"

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
func occurred(rng *random, reported int64, hours []int) int64 {
	i := rng.below(10)
	if i == 0 {
		return reported - int64(max(rng.below(30)-19, 0)) // seen at once
	}
	at := reported - int64(rng.between(delays[i], delays[i+1]))
	if reported-at < 2*hour {
		return at - at%5*int64(rng.below(2))
	}
	// Long ago: the hour is the victim's guess.
	guess := at - at%day
	switch u := rng.below(100); {
	case u < 6: // unknown
	case u < 11:
		guess += 12 * hour
	default:
		guess += int64(rng.weighted(hours)) * hour
		switch u := rng.below(20); {
		case u < 11:
		case u < 15:
			guess += 30
		default:
			guess += int64(5 * rng.below(12))
		}
	}
	if guess > reported {
		guess -= day
	}
	return guess
}

// cityForm is how a date stands in the city's raw file.
const cityForm = "1/2/2006 3:04:05 PM"

// appendMinute writes a minute in a form for package time.
func appendMinute(dst []byte, minute int64, form string) []byte {
	return time.Unix(minute*60, 0).UTC().AppendFormat(dst, form)
}
