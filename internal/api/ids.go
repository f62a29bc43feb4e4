package api

import "strconv"

// maxNumber is the greatest number of a model or a cluster in a URL.
const maxNumber = 999_999_999

// parseCluster reads 0|[1-9][0-9]{0,8}, the one spelling of a number of a cluster or a
// model; it is 0 when s is none.
func parseCluster(s string) (int, bool) {
	n, ok := parseNumber(s)
	if !ok || n > maxNumber {
		return 0, false
	}
	return int(n), true
}

// parseCrime reads the one spelling of a crime's id.
func parseCrime(s string) (int64, error) {
	id, ok := parseNumber(s)
	if !ok {
		return 0, newProblem(invalidCrimeID, strconv.Quote(brief(s))+" is not a crime id: want digits without a leading zero, at most 9223372036854775807.")
	}
	return id, nil
}

// parseNumber reads 0|[1-9][0-9]{0,18} up to 2^63-1. strconv takes more: +5, -5,
// 005.
func parseNumber(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil && strconv.FormatUint(n, 10) == s
}
