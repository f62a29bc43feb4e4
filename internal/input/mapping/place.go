package mapping

import (
	"encoding/json"
	"regexp"
	"strings"

	"hotspot/internal/crime"
)

// setPlace fills the coordinates from a field with both, and writes them as numbers.
func (m *Mapping) setPlace(text *[crime.NumColumns]string, texts []string, seen *Seen) {
	lon, lat := &text[crime.ColGeoLon], &text[crime.ColGeoLat]
	if m.point >= 0 && *lon == "" && *lat == "" && texts[m.point] != "" {
		var ok bool
		if *lon, *lat, ok = pointOf(texts[m.point]); !ok {
			seen.add("point: neither POINT (-87.6 41.8) nor (41.8, -87.6)", texts[m.point], ": empty")
		}
	}
	*lon, *lat = m.degrees(*lon), m.degrees(*lat)
}

// points are POINT (lon lat), and (lat, lon) at the end of a text.
var points = regexp.MustCompile(`(?i)POINT *\( *([-.\d]+) +([-.\d]+)|([-.\d]+), *([-.\d]+) *\)?$`)

func pointOf(s string) (lon, lat string, ok bool) {
	v := points.FindStringSubmatch(s)
	if v == nil {
		return "", "", false
	}
	return v[1] + v[4], v[2] + v[3], true
}

var signs = strings.NewReplacer("\u2212", "-", "°", "", "º", "", "\u00a0", "", "\u202f", "", " ", "")

// degrees writes a coordinate as a number where it can mean one thing only.
func (m *Mapping) degrees(s string) string {
	if s == "" || json.Valid([]byte(s)) {
		return s
	}
	n := signs.Replace(s)
	if m.comma {
		n = strings.Replace(n, ",", ".", 1)
	}
	n = strings.TrimRight(n, "EeNn")
	if west := strings.TrimRight(n, "WwSs"); west != n {
		n = "-" + strings.TrimPrefix(west, "-")
	}
	if !json.Valid([]byte(n)) {
		return s
	}
	return n
}
