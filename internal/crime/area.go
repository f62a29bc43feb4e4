package crime

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Area is where the city of a source lies. It belongs to the identity of a topic:
// it goes into the first link of the chain, so all that read the topic map it alike.
type Area struct {
	Origin  Place  // of the map
	Bounds  Bounds // a place outside of them is not trained on
	Zone    string // IANA time zone of the dates, as America/Denver; "" when nobody said
	MaskedM int    // the points were moved: distances below so many meters mean nothing; 0 for not moved
}

// Denver is the city of the default.
var Denver = Area{
	Origin: Place{Lon: -104.95, Lat: 39.74},
	Bounds: Bounds{Lon: [2]float64{-105.2, -104.5}, Lat: [2]float64{39.55, 39.95}},
}

// Validate says everything that is wrong with a at once: numbers that are not
// finite or not degrees, a box that is empty or does not hold the origin, an
// origin beyond 85° where a flat map of one scale is of no use.
func (a Area) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !within(a.Origin.Lon, 180) || !within(a.Origin.Lat, 85) {
		bad("origin %v,%v is not within 180 and 85 degrees", a.Origin.Lon, a.Origin.Lat)
	}
	for _, side := range []struct {
		name  string
		v     [2]float64
		limit float64
	}{{"lon", a.Bounds.Lon, 180}, {"lat", a.Bounds.Lat, 90}} {
		if !within(side.v[0], side.limit) || !within(side.v[1], side.limit) {
			bad("bounds: %s %v is not within %v degrees", side.name, side.v, side.limit)
		} else if side.v[0] >= side.v[1] {
			bad("bounds: %s %v is not least and greatest", side.name, side.v)
		}
	}
	if len(errs) == 0 && !a.Bounds.Contains(a.Origin) {
		bad("origin %v,%v is outside of the bounds", a.Origin.Lon, a.Origin.Lat)
	}
	if a.MaskedM < 0 {
		bad("points masked by %d m", a.MaskedM)
	}
	if len(a.Zone) > 64 || strings.ContainsFunc(a.Zone, func(c rune) bool { return c <= ' ' || c == ';' || c >= 0x7f }) {
		bad("time zone %.80q: want a name as America/Denver", a.Zone)
	}
	if n := len(a.String()); n > MaxTitle {
		bad("%d bytes as text, want at most %d; use fewer digits", n, MaxTitle)
	}
	return errors.Join(errs...)
}

func within(v, limit float64) bool { return -limit <= v && v <= limit }

// String is a in the form in which it travels: LON,LAT;WEST,SOUTH,EAST,NORTH;ZONE;METERS
// with the fewest digits that say each number, and no space.
func (a Area) String() string {
	degrees := func(v ...float64) string {
		var b []byte
		for _, v := range v {
			b = append(strconv.AppendFloat(b, v+0, 'f', -1, 64), ',') // not -0
		}
		return string(b[:len(b)-1])
	}
	b := a.Bounds
	return fmt.Sprintf("%s;%s;%s;%d", degrees(a.Origin.Lon, a.Origin.Lat), degrees(b.Lon[0], b.Lat[0], b.Lon[1], b.Lat[1]), a.Zone, a.MaskedM)
}

// ParseArea takes back what String wrote for a valid area, and nothing else.
func ParseArea(s string) (Area, error) {
	var a Area
	bad := fmt.Errorf("crime: %.200q is no area; want LON,LAT;WEST,SOUTH,EAST,NORTH;ZONE;METERS", s)
	part := strings.Split(s, ";")
	if len(part) != 4 {
		return Area{}, bad
	}
	var err error
	if a.Origin, err = ParsePlace(part[0]); err == nil {
		a.Bounds, err = ParseBounds(part[1])
	}
	if err != nil {
		return Area{}, bad
	}
	a.Zone = part[2]
	if a.MaskedM, err = strconv.Atoi(part[3]); err != nil || a.String() != s {
		return Area{}, bad
	}
	if err := a.Validate(); err != nil {
		return Area{}, fmt.Errorf("crime: area %s: %w", s, err)
	}
	return a, nil
}

// ParsePlace reads LON,LAT in degrees, as a person writes them.
func ParsePlace(s string) (Place, error) {
	v, err := parseList(s, "LON,LAT", 2)
	if err != nil {
		return Place{}, err
	}
	return Place{Lon: v[0], Lat: v[1]}, nil
}

// ParseBounds reads WEST,SOUTH,EAST,NORTH in degrees, as a person writes them.
func ParseBounds(s string) (Bounds, error) {
	v, err := parseList(s, "WEST,SOUTH,EAST,NORTH", 4)
	if err != nil {
		return Bounds{}, err
	}
	return Bounds{Lon: [2]float64{v[0], v[2]}, Lat: [2]float64{v[1], v[3]}}, nil
}

// parseList reads n numbers with commas between them.
func parseList(text, form string, n int) ([]float64, error) {
	parts := strings.Split(text, ",")
	bad := fmt.Errorf("%.80q: want %s in degrees", text, form)
	if len(parts) != n {
		return nil, bad
	}
	values := make([]float64, n)
	for i, p := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, bad
		}
		values[i] = v + 0 // not -0
	}
	return values, nil
}

// Middle is halfway between the sides of b, with six decimals, as places are
// written.
func (b Bounds) Middle() Place {
	middle := func(side [2]float64) float64 { return math.Round((side[0]+side[1])/2*1e6)/1e6 + 0 }
	return Place{Lon: middle(b.Lon), Lat: middle(b.Lat)}
}

// Source is what all rows of a topic have in common: who they are. It goes into
// the first link of the chain.
type Source struct {
	Title    string
	Invented bool   // an invented city
	Area     string // what Area.String wrote
}
