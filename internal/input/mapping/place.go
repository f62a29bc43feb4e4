package mapping

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"

	"hotspot/internal/crime"
)

// setPlace fills the coordinates from a field with both, and writes them as numbers.
func (m *Mapping) setPlace(text *[crime.NumColumns]string, texts []string, seen *Seen) {
	lon, lat := &text[crime.ColGeoLon], &text[crime.ColGeoLat]
	if m.point >= 0 && *lon == "" && *lat == "" && texts[m.point] != "" {
		var ok bool
		if *lon, *lat, ok = pointOf(texts[m.point]); !ok {
			seen.add("point: neither POINT (-87.6 41.8) nor (41.8, -87.6), as %q: empty", texts[m.point])
		}
	}
	*lon, *lat = m.degrees(*lon), m.degrees(*lat)
}

// pointOf reads POINT (lon lat), and (lat, lon) at the end of a text.
func pointOf(s string) (lon, lat string, ok bool) {
	upper := strings.ToUpper(s)
	if i := strings.LastIndexByte(s, '('); i >= 0 {
		s = s[i+1:]
	}
	s = strings.TrimRight(strings.TrimSpace(s), ") ")
	if strings.Contains(upper, "POINT") {
		v := strings.Fields(s)
		if len(v) < 2 {
			return "", "", false
		}
		return v[0], v[1], true
	}
	if lat, lon, ok = strings.Cut(s, ","); !ok {
		lat = ""
	}
	return strings.TrimSpace(lon), strings.TrimSpace(lat), ok
}

var signs = strings.NewReplacer("\u2212", "-", "°", "", "º", "", "\u00a0", "", "\u202f", "", " ", "")

// degrees writes a coordinate as a number where it can mean one thing only. What
// is one already stays as it is written.
func (m *Mapping) degrees(s string) string {
	n := s
	if m.comma && !strings.Contains(s, ".") {
		n = strings.Replace(s, ",", ".", 1)
	}
	if n == "" || json.Valid([]byte(n)) {
		return n
	}
	n = strings.TrimPrefix(signs.Replace(n), "+")
	if n == "" {
		return s
	}
	switch end := n[len(n)-1] &^ 0x20; end {
	case 'E', 'N':
		n = n[:len(n)-1]
	case 'W', 'S':
		n = "-" + strings.TrimPrefix(n[:len(n)-1], "-")
	}
	v, err := strconv.ParseFloat(n, 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(n, "xXpP_"):
		return s
	case json.Valid([]byte(n)):
		return n
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

var commaNumber = regexp.MustCompile(`^[-+\x{2212}]?\d{1,3},\d+$`)

// why says what a value is that cannot be used, as Seen.add takes it, and what reads
// it; "" when nothing more is known than its reason.
func why(f *crime.FieldError) string {
	place := f.Column == crime.Columns[crime.ColGeoLon] || f.Column == crime.Columns[crime.ColGeoLat]
	switch {
	case place && commaNumber.MatchString(f.Text):
		return `a decimal comma, as %q; decimal: "," in the mapping reads it`
	case place && f.Reason == crime.OutOfRange:
		return "no degrees, as %q; meters or feet of a projection? hotspot reads degrees: map the columns that have them, or convert these with cs2cs of PROJ"
	case place && f.Reason == crime.Empty:
		return "half a place"
	}
	return ""
}
