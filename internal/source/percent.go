package source

import (
	"fmt"
	"strconv"
	"strings"
)

// Percent is a share of a hundred, above 0; it reads "5%" and "5".
type Percent float64

// Exceeded says whether more than this share of so many lines was rejected.
func (p Percent) Exceeded(rejected, lines int64) bool {
	return float64(rejected)*100 > float64(p)*float64(lines)
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Percent) UnmarshalText(text []byte) error {
	v, err := strconv.ParseFloat(strings.TrimSuffix(string(text), "%"), 64)
	if err != nil || !(v > 0 && v <= 100) {
		return fmt.Errorf("%q: want a share above 0%% and up to 100%%", text)
	}
	*p = Percent(v)
	return nil
}

func (p Percent) String() string { return strconv.FormatFloat(float64(p), 'g', -1, 64) + "%" }
