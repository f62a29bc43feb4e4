package crime

const dateForm = "2006-01-02T15:04:05"

// isDate reports whether s is a date of the calendar written in dateForm, years
// 0001 to 9999.
func isDate(s string) bool {
	if len(s) != len(dateForm) || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return false
	}
	for i := range len(s) {
		if s[i]-'0' > 9 && dateForm[i]-'0' <= 9 {
			return false
		}
	}
	year, month, day := digits2(s)*100+digits2(s[2:]), digits2(s[5:]), digits2(s[8:])
	return year > 0 && 1 <= month && month <= 12 && 1 <= day && day <= daysIn(year, month) &&
		digits2(s[11:]) < 24 && digits2(s[14:]) < 60 && digits2(s[17:]) < 60
}

// daysIn is the number of days of a month, 1 to 12, in the Gregorian calendar.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// weekdayOf is 0 for Monday (Sakamoto's method).
func weekdayOf(year, month, day int) int {
	if month < 3 {
		year--
	}
	sunday0 := (year + year/4 - year/100 + year/400 + int("-bed=pen+mad."[month]) + day) % 7
	return (sunday0 + 6) % 7
}

func digits2(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
