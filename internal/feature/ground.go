package feature

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Ground are the flags that say which part of the earth a model is of. What
// they leave open comes from the sidecar of the data, where there is one, and
// else from Denver; never from the rows.
type Ground struct {
	Origin string `name:"origin" placeholder:"LON,LAT" help:"Middle of the map, in degrees; without it that of the data's sidecar, else the middle of --bounds, else Denver's."`
	Bounds string `name:"bounds" placeholder:"WEST,SOUTH,EAST,NORTH" help:"Box of the city, in degrees: rows outside of it are kept and not trained on; without it that of the data's sidecar, else Denver's."`
}

// Validate says all that is wrong with the flags by themselves. An origin and
// bounds that do not fit together are Frame's to name.
func (g Ground) Validate() error {
	_, err1 := degrees("--origin", g.Origin, "LON,LAT", 2)
	_, err2 := degrees("--bounds", g.Bounds, "WEST,SOUTH,EAST,NORTH", 4)
	return errors.Join(err1, err2)
}

// Frame returns the frame that g and the sidecar ask for, which may be nil.
// Bounds are g's, else the sidecar's, else Denver's. The origin is g's, else
// that of the place that the bounds come from, which is their middle where
// nobody named one.
func (g Ground) Frame(meta *source.Meta) (Frame, error) {
	if err := g.Validate(); err != nil {
		return Frame{}, err
	}
	origin, bounds := &crime.Denver.Origin, crime.Denver.Bounds
	if meta != nil && meta.Bounds != nil {
		origin, bounds = nil, *meta.Bounds
	}
	if meta != nil && meta.Origin != nil {
		origin = meta.Origin
	}
	if v, _ := degrees("--bounds", g.Bounds, "", 4); v != nil {
		origin, bounds = nil, crime.Bounds{Lon: [2]float64{v[0], v[2]}, Lat: [2]float64{v[1], v[3]}}
	}
	if v, _ := degrees("--origin", g.Origin, "", 2); v != nil {
		origin = &crime.Place{Lon: v[0], Lat: v[1]}
	}
	if origin == nil {
		origin = &crime.Place{Lon: middle(bounds.Lon), Lat: middle(bounds.Lat)}
	}
	f := NewFrame(*origin, bounds)
	return f, f.Validate()
}

// String is f as the flags that ask for it.
func (f Frame) String() string {
	b := f.Bounds
	return fmt.Sprintf("--origin %v,%v --bounds %v,%v,%v,%v", f.Origin.Lon, f.Origin.Lat, b.Lon[0], b.Lat[0], b.Lon[1], b.Lat[1])
}

// middle is halfway between two degrees, with six decimals, as places are
// written.
func middle(side [2]float64) float64 { return math.Round((side[0]+side[1])/2*1e6)/1e6 + 0 }

// degrees reads n numbers with commas between them; nil for "".
func degrees(flag, text, form string, n int) ([]float64, error) {
	if text == "" {
		return nil, nil
	}
	parts := strings.Split(text, ",")
	bad := fmt.Errorf("%s %.80q: want %s in degrees", flag, text, form)
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
