package prepare

import (
	"math"
	"slices"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// BoundsAuto asks for the bounds that hold the middle 99.9 % of the places on
// each axis, rounded outward to 0.01 degrees.
const BoundsAuto = "auto"

// frame is what --origin and --bounds ask for, and what they leave open is of
// side, which may be nil, else of Denver. With BoundsAuto the bounds stand in
// until findBounds has found them.
func (c Config) frame(side *source.Meta) (feature.Frame, error) {
	if c.auto() {
		if err := (feature.FrameFlags{Origin: c.Origin}).Validate(); err != nil {
			return feature.Frame{}, usage.Errorf("prepare: %w; without it the middle of the bounds is taken", err)
		}
		return feature.NewFrame(crime.Denver.Origin, crime.Denver.Bounds), nil
	}
	f, err := feature.FrameFlags{Origin: c.Origin, Bounds: c.Bounds}.Frame(side)
	if err != nil {
		return feature.Frame{}, usage.Errorf("prepare: --origin %q --bounds %q: %v; --bounds auto finds them in the places", c.Origin, c.Bounds, err)
	}
	return f, nil
}

// middleOf is the bounds that BoundsAuto asks for. Places that all lie on one
// spot get 0.01 degrees around it.
func middleOf(places []crime.Place) (*crime.Bounds, error) {
	if len(places) == 0 {
		return nil, usage.Errorf("prepare: --bounds auto: no row has a place; give --bounds WEST,SOUTH,EAST,NORTH, or mend the mapping of GEO_LON and GEO_LAT")
	}
	side := func(most float64, of func(crime.Place) float64) [2]float64 {
		v := make([]float64, len(places))
		for i, p := range places {
			v[i] = of(p)
		}
		slices.Sort(v)
		cut := len(v) / 2000 // 0.05 % at each end
		low, high := math.Floor(v[cut]*100)/100, math.Ceil(v[len(v)-1-cut]*100)/100
		if low == high {
			low, high = low-0.01, high+0.01
		}
		return [2]float64{max(low, -most), min(high, most)}
	}
	return &crime.Bounds{
		Lon: side(180, func(p crime.Place) float64 { return p.Lon }),
		Lat: side(90, func(p crime.Place) float64 { return p.Lat }),
	}, nil
}

// findBounds gives the sidecar its bounds when they are to be found in the rows.
func (r *run) findBounds() error {
	if !r.config.auto() {
		return nil
	}
	b, err := middleOf(r.places)
	if err != nil {
		return err
	}
	f, err := feature.FrameFlags{Origin: r.config.Origin}.Frame(&source.Meta{Bounds: b})
	if err != nil {
		return usage.Errorf("prepare: --bounds auto found %v to %v and %v to %v: %v; give --origin and --bounds, or mend the mapping of GEO_LON and GEO_LAT",
			b.Lon[0], b.Lon[1], b.Lat[0], b.Lat[1], err)
	}
	r.meta.Bounds, r.meta.Origin = b, &f.Origin
	r.summary.OutOfArea = 0
	for _, p := range r.places {
		if !b.Contains(p) {
			r.summary.OutOfArea++
		}
	}
	return nil
}
