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

// Validate says what is wrong with a: numbers that are not finite or not degrees,
// a box that is empty or does not hold the origin, an origin beyond 85° where a
// flat map of one scale is of no use.
func (a Area) Validate() error {
	for _, side := range []struct {
		name  string
		v     [2]float64
		limit float64
	}{{"lon", a.Bounds.Lon, 180}, {"lat", a.Bounds.Lat, 90}} {
		if !within(side.v[0], side.limit) || !within(side.v[1], side.limit) {
			return fmt.Errorf("bounds: %s %v is not within %v degrees", side.name, side.v, side.limit)
		}
		if side.v[0] >= side.v[1] {
			return fmt.Errorf("bounds: %s %v is not least and greatest", side.name, side.v)
		}
	}
	switch {
	case !within(a.Origin.Lon, 180) || !within(a.Origin.Lat, 85):
		return fmt.Errorf("origin %v,%v is not within 180 and 85 degrees", a.Origin.Lon, a.Origin.Lat)
	case !a.Bounds.Contains(a.Origin):
		return fmt.Errorf("origin %v,%v is outside of the bounds", a.Origin.Lon, a.Origin.Lat)
	case a.MaskedM < 0:
		return fmt.Errorf("points masked by %d m", a.MaskedM)
	case len(a.Zone) > 64 || strings.ContainsFunc(a.Zone, func(c rune) bool { return c <= ' ' || c == ';' || c >= 0x7f }):
		return fmt.Errorf("time zone %.80q: want a name as America/Denver", a.Zone)
	}
	return nil
}

func within(v, limit float64) bool { return -limit <= v && v <= limit }

// String is a in the form in which it travels: LON,LAT;WEST,SOUTH,EAST,NORTH;ZONE;METERS
// with the fewest digits that say each number, and no space.
func (a Area) String() string {
	o, b := a.Origin, a.Bounds
	return fmt.Sprintf("%v,%v;%v,%v,%v,%v;%s;%d", o.Lon+0, o.Lat+0, b.Lon[0]+0, b.Lat[0]+0, b.Lon[1]+0, b.Lat[1]+0, a.Zone, a.MaskedM) // not -0
}

// ParseArea takes back what String wrote for a valid area, and nothing else.
func ParseArea(s string) (Area, error) {
	var a Area
	if part := strings.Split(s, ";"); len(part) == 4 {
		a.Origin, _ = ParsePlace(part[0])
		a.Bounds, _ = ParseBounds(part[1])
		a.Zone = part[2]
		a.MaskedM, _ = strconv.Atoi(part[3])
	}
	if a.String() != s {
		return Area{}, fmt.Errorf("crime: %.200q is no area; want LON,LAT;WEST,SOUTH,EAST,NORTH;ZONE;METERS", s)
	}
	if err := a.Validate(); err != nil {
		return Area{}, fmt.Errorf("crime: area %s: %w", s, err)
	}
	return a, nil
}

// ParsePlace reads LON,LAT in degrees, as a person writes them.
func ParsePlace(s string) (Place, error) {
	v, err := parseList(s, "LON,LAT", 2)
	return Place{Lon: v[0], Lat: v[1]}, err
}

// ParseBounds reads WEST,SOUTH,EAST,NORTH in degrees, as a person writes them.
func ParseBounds(s string) (Bounds, error) {
	v, err := parseList(s, "WEST,SOUTH,EAST,NORTH", 4)
	return Bounds{Lon: [2]float64{v[0], v[2]}, Lat: [2]float64{v[1], v[3]}}, err
}

// parseList reads n numbers with commas between them.
func parseList(text, form string, n int) (values [4]float64, err error) {
	parts := strings.Split(text, ",")
	for i := range min(n, len(parts)) {
		v, bad := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		err = errors.Join(err, bad)
		values[i] = v + 0 // not -0
	}
	if err != nil || len(parts) != n {
		err = fmt.Errorf("%.80q: want %s in degrees", text, form)
	}
	return values, err
}

// Middle is halfway between the sides of b, with six decimals, as places are
// written.
func (b Bounds) Middle() Place {
	middle := func(side [2]float64) float64 { return math.Round((side[0]+side[1])/2*1e6)/1e6 + 0 }
	return Place{Lon: middle(b.Lon), Lat: middle(b.Lat)}
}

// Grow is b with so many degrees more on each side.
func (b Bounds) Grow(degrees float64) Bounds {
	return Bounds{
		Lon: [2]float64{b.Lon[0] - degrees, b.Lon[1] + degrees},
		Lat: [2]float64{b.Lat[0] - degrees, b.Lat[1] + degrees},
	}
}

// Source is what all rows of a topic have in common: who they are. It goes into
// the first link of the chain.
type Source struct {
	Title    string
	Invented bool   // an invented city
	Area     string // what Area.String wrote
}
