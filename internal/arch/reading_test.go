package arch_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// hour is how many lines can be read in an hour, at the most.
const hour = 4500

// TestTheWayOfARowIsReadInAnHour counts the files of the reading order of
// docs/design.md.
func TestTheWayOfARowIsReadInAnHour(t *testing.T) {
	s := read(t)
	_, order, _ := strings.Cut(s.text(t, "docs/design.md"), "<!-- reading order -->")
	order, _, _ = strings.Cut(order, "<!-- end of reading order -->")
	sum := 0
	for _, m := range regexp.MustCompile(`\]\(\.\./([a-z/]+\.go)\) (\d+)`).FindAllStringSubmatch(order, -1) {
		lines := strings.Count(s.text(t, m[1]), "\n")
		said, _ := strconv.Atoi(m[2])
		if off := lines - said; off < -lines/4 || off > lines/4 {
			t.Errorf("docs/design.md says that %s has %d lines; it has %d", m[1], said, lines)
		}
		sum += lines
	}
	if sum == 0 || sum > hour {
		t.Errorf("the reading order of docs/design.md has %d lines, want 1 to %d; leave out what a first reading does not need, or make it shorter", sum, hour)
	}
	t.Logf("%d lines", sum)
}
