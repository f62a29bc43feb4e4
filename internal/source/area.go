package source

import (
	"errors"
	"fmt"

	"hotspot/internal/crime"
)

// AreaFlags are the flags that say where the city of the rows lies. What they
// leave open is what the sidecar or the topic knows; never a guess from the rows.
type AreaFlags struct {
	Origin string `name:"origin" placeholder:"LON,LAT" help:"Middle of the map, in degrees; without it that of the data, or the middle of --bounds."`
	Bounds string `name:"bounds" placeholder:"WEST,SOUTH,EAST,NORTH" help:"Box of the city, in degrees: rows outside of it are kept and not trained on; without it that of the data."`
}

// Validate says what is wrong with the flags. Area says when an origin does not
// fit to bounds that are known.
func (f AreaFlags) Validate() error {
	_, err := f.Area(&crime.Area{Bounds: crime.Earth})
	return err
}

// ErrNoArea says that neither a flag nor the data says where the city lies.
var ErrNoArea = errors.New("nothing says where the city lies: give --bounds WEST,SOUTH,EAST,NORTH in degrees, or make the file with hotspot prepare, which writes a sidecar")

// Area is what f says and known, which may be nil, where f is silent. The origin
// is that of f, else that of whoever the bounds come from, else their middle. The
// error is ErrNoArea when there are no bounds.
func (f AreaFlags) Area(known *crime.Area) (a crime.Area, err error) {
	if known != nil {
		a = *known
	}
	if f.Bounds != "" {
		if a.Bounds, err = crime.ParseBounds(f.Bounds); err != nil {
			return a, fmt.Errorf("--bounds %w", err)
		}
		a.Origin = a.Bounds.Middle()
	}
	if f.Origin != "" {
		if a.Origin, err = crime.ParsePlace(f.Origin); err != nil {
			return a, fmt.Errorf("--origin %w", err)
		}
	}
	if known == nil && f.Bounds == "" {
		return a, ErrNoArea
	}
	if err = a.Validate(); err != nil && f.Bounds != "" {
		err = fmt.Errorf("%w%s", err, otherOrder(a.Bounds))
	}
	return a, err
}

// otherOrder says which box the numbers are in another order, "" when they are none.
func otherOrder(b crime.Bounds) string {
	w, s, e, n := b.Lon[0], b.Lat[0], b.Lon[1], b.Lat[1]
	for _, v := range [][4]float64{{s, w, n, e}, {w, e, s, n}, {e, s, w, n}, {s, e, n, w}} {
		box := crime.Bounds{Lon: [2]float64{v[0], v[2]}, Lat: [2]float64{v[1], v[3]}}
		if (crime.Area{Bounds: box, Origin: box.Middle()}).Validate() == nil {
			return fmt.Sprintf("; in another order? WEST,SOUTH,EAST,NORTH would be %v,%v,%v,%v", v[0], v[1], v[2], v[3])
		}
	}
	return ""
}
