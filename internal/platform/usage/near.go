package usage

import (
	"fmt"
	"strings"
)

// DidYouMean is the one of known that is nearest to name, in words that follow it;
// "" when none is near.
func DidYouMean(name string, known []string) string {
	for edits := range min((len(name)+1)/3, 3) + 1 {
		for _, k := range known {
			if near(strings.ToLower(name), strings.ToLower(k), edits) {
				return fmt.Sprintf(" (did you mean %q?)", k)
			}
		}
	}
	return ""
}

// near says whether so many letters to change, leave out or put in make b of a.
func near(a, b string, edits int) bool {
	switch {
	case edits < 0:
		return false
	case a == "" || b == "":
		return len(a)+len(b) <= edits
	case a[0] == b[0]:
		return near(a[1:], b[1:], edits)
	}
	return near(a[1:], b[1:], edits-1) || near(a[1:], b, edits-1) || near(a, b[1:], edits-1)
}
