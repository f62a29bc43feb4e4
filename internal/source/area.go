package source

import (
	"cmp"
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

// Validate says all that is wrong with the flags. Area says when an origin does not
// fit to bounds that are known.
func (f AreaFlags) Validate() error {
	if f.Bounds != "" {
		_, err := f.Area(nil)
		return err
	}
	_, _, err := f.parse()
	return err
}

// parse returns what the flags say, nil for what they leave open.
func (f AreaFlags) parse() (origin *crime.Place, bounds *crime.Bounds, err error) {
	var errs []error
	if f.Origin != "" {
		p, err := crime.ParsePlace(f.Origin)
		origin, errs = &p, append(errs, flagged("--origin", err))
	}
	if f.Bounds != "" {
		b, err := crime.ParseBounds(f.Bounds)
		bounds, errs = &b, append(errs, flagged("--bounds", err))
	}
	return origin, bounds, errors.Join(errs...)
}

func flagged(flag string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %w", flag, err)
}

// ErrNoArea says that neither a flag nor the data says where the city lies.
var ErrNoArea = errors.New("nothing says where the city lies: give --bounds WEST,SOUTH,EAST,NORTH in degrees, or make the file with hotspot prepare, which writes a sidecar")

// Area is what f says and known, which may be nil, where f is silent. The origin
// is that of f, else that of whoever the bounds come from, else their middle. The
// error is ErrNoArea when there are no bounds.
func (f AreaFlags) Area(known *crime.Area) (crime.Area, error) {
	origin, bounds, err := f.parse()
	if err != nil {
		return crime.Area{}, err
	}
	var a crime.Area
	switch {
	case known != nil:
		a = *known
	case bounds == nil:
		return a, ErrNoArea
	}
	if bounds != nil {
		a.Bounds, a.Origin = *bounds, bounds.Middle()
	}
	a.Origin = *cmp.Or(origin, &a.Origin)
	err = a.Validate()
	if err != nil && bounds != nil {
		err = fmt.Errorf("%w%s", err, otherOrder(*bounds))
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
