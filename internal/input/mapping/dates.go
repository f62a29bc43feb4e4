package mapping

import (
	"fmt"
	"strings"

	"hotspot/internal/crime"
)

// isoLayouts are tried when a mapping names none.
var isoLayouts = []string{crime.DateForm, "2006-01-02 15:04:05"}

// directives are those of strftime that a date may be made of, and what Go
// calls them. Numbers may have one digit or two; a fraction behind the seconds
// is dropped.
var directives = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "1", 'd': "2", 'b': "Jan", 'B': "January",
	'H': "15", 'I': "3", 'M': "4", 'S': "5", 'p': "PM", '%': "%",
}

// layoutOf turns "%m/%d/%Y %I:%M:%S %p" into a layout of Go's package time.
func layoutOf(pattern string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		if c != '%' {
			if strings.IndexByte("-/.:, T", c) < 0 {
				return "", fmt.Errorf("%q: %q between the numbers; want one of - / . : , T and the space", pattern, c)
			}
			b.WriteByte(c)
			continue
		}
		i++
		if i == len(pattern) || directives[pattern[i]] == "" {
			return "", fmt.Errorf("%q: want %%Y %%m %%d %%H %%M %%S, or %%y %%b %%B %%I %%p", pattern)
		}
		b.WriteString(directives[pattern[i]])
	}
	has := func(one, other string) bool {
		return strings.Contains(pattern, one) || strings.Contains(pattern, other)
	}
	if !has("%Y", "%y") || !strings.Contains(pattern, "%d") || !has("%m", "%b") && !has("%B", "%B") {
		return "", fmt.Errorf("%q: year, month or day is missing", pattern)
	}
	if strings.Contains(pattern, "%I") != strings.Contains(pattern, "%p") {
		return "", fmt.Errorf("%q: %%I and %%p go together", pattern)
	}
	return b.String(), nil
}
