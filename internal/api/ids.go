package api

import "strconv"

// parseModel reads [1-9][0-9]{0,8}, the one spelling of a model's number.
func parseModel(s string) (int, bool) {
	if len(s) < 1 || len(s) > 9 || s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// parseCrime reads 0|[1-9][0-9]{0,18}, at most 9223372036854775807: the one
// spelling of a crime's id. strconv takes more: +5, -5, 005.
func parseCrime(s string) (int64, error) {
	if len(s) < 1 || len(s) > 19 || s[0] == '0' && len(s) > 1 {
		return 0, badCrime(s)
	}
	var n uint64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, badCrime(s)
		}
		n = n*10 + uint64(s[i]-'0') // 19 digits fit
	}
	if n > 1<<63-1 {
		return 0, badCrime(s)
	}
	return int64(n), nil
}

func badCrime(s string) error {
	return newProblem(invalidCrimeID, strconv.Quote(brief(s))+" is not a crime id: want digits without a leading zero, at most 9223372036854775807.")
}

// parseCluster reads 0|[1-9][0-9]{0,8}.
func parseCluster(s string) (int, bool) {
	if s == "0" {
		return 0, true
	}
	return parseModel(s)
}

// parseNumber reads 0|[1-9][0-9]{0,18} up to 2^63-1.
func parseNumber(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil && strconv.FormatUint(n, 10) == s
}
