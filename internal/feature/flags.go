package feature

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// FrameFlags are the flags that say which part of the earth a model is of. What
// they leave open comes from the sidecar of the data, where there is one, and
// else from Denver; never from the rows.
type FrameFlags struct {
	Origin string `name:"origin" placeholder:"LON,LAT" help:"Middle of the map, in degrees; without it that of the data's sidecar (hotspot up, train and sweep only; a separate consumer has none), else the middle of --bounds, else Denver's."`
	Bounds string `name:"bounds" placeholder:"WEST,SOUTH,EAST,NORTH" help:"Box of the city, in degrees: rows outside of it are kept and not trained on; without it that of the data's sidecar (hotspot up, train and sweep only; a separate consumer has none), else Denver's."`
}

// Validate says all that is wrong with each flag by itself. Frame says when the
// origin and the bounds do not fit together.
func (f FrameFlags) Validate() error {
	_, _, err := f.parse()
	return err
}

// parse returns what the flags say, nil for what they leave open.
func (f FrameFlags) parse() (origin *crime.Place, bounds *crime.Bounds, err error) {
	o, err1 := degrees("--origin", f.Origin, "LON,LAT", 2)
	b, err2 := degrees("--bounds", f.Bounds, "WEST,SOUTH,EAST,NORTH", 4)
	if o != nil {
		origin = &crime.Place{Lon: o[0], Lat: o[1]}
	}
	if b != nil {
		bounds = &crime.Bounds{Lon: [2]float64{b[0], b[2]}, Lat: [2]float64{b[1], b[3]}}
	}
	return origin, bounds, errors.Join(err1, err2)
}

// Frame returns the frame that f and the sidecar, which may be nil, ask for.
// Bounds are those of f, else the sidecar's, else Denver's. The origin is that of
// f, else that of whoever the bounds come from, else the middle of the bounds.
func (f FrameFlags) Frame(meta *source.Meta) (Frame, error) {
	origin, bounds, err := f.parse()
	if err != nil {
		return Frame{}, err
	}
	if bounds == nil && meta != nil {
		origin, bounds = cmp.Or(origin, meta.Origin), meta.Bounds
	}
	if bounds == nil {
		origin, bounds = cmp.Or(origin, &crime.Denver.Origin), &crime.Denver.Bounds
	}
	if origin == nil {
		origin = &crime.Place{Lon: middle(bounds.Lon), Lat: middle(bounds.Lat)}
	}
	frame := NewFrame(*origin, *bounds)
	return frame, frame.Validate()
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
