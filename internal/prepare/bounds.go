package prepare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hotspot/internal/crime"
)

// BoundsAuto asks for the bounds that hold the middle 99.9 % of the places on
// each axis, rounded outward to 0.01 degrees.
const BoundsAuto = "auto"

// parseBounds reads WEST,SOUTH,EAST,NORTH in degrees; auto and "" are nil.
func parseBounds(text string) (*crime.Bounds, error) {
	if text == "" || text == BoundsAuto {
		return nil, nil
	}
	var v [4]float64
	parts := strings.Split(text, ",")
	ok := len(parts) == len(v)
	for i := 0; ok && i < len(v); i++ {
		var err error
		v[i], err = strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		ok = err == nil && math.Abs(v[i]) <= [...]float64{180, 90}[i%2]
	}
	if !ok || v[0] >= v[2] || v[1] >= v[3] {
		return nil, &ConfigError{fmt.Sprintf("--bounds %q: want auto, or WEST,SOUTH,EAST,NORTH in degrees, as -87.95,41.64,-87.52,42.03", text)}
	}
	return &crime.Bounds{Lon: [2]float64{v[0], v[2]}, Lat: [2]float64{v[1], v[3]}}, nil
}

// middleOf is the bounds that BoundsAuto asks for; it sorts both slices. Fewer
// than one place, or places that all lie on one spot at the edge of the earth,
// have none.
func middleOf(lons, lats []float64) (*crime.Bounds, error) {
	if len(lons) == 0 {
		return nil, &ConfigError{"--bounds auto: no row has a place; give --bounds WEST,SOUTH,EAST,NORTH, or mend the mapping of GEO_LON and GEO_LAT"}
	}
	side := func(v []float64, most float64) [2]float64 {
		slices.Sort(v)
		cut := len(v) / 2000 // 0.05 % at each end
		low, high := math.Floor(v[cut]*100)/100, math.Ceil(v[len(v)-1-cut]*100)/100
		if low == high {
			low, high = low-0.01, high+0.01
		}
		return [2]float64{max(low, -most), min(high, most)}
	}
	return &crime.Bounds{Lon: side(lons, 180), Lat: side(lats, 90)}, nil
}

// originOf is the middle of b, with 6 decimals at most.
func originOf(b *crime.Bounds) *crime.Place {
	middle := func(s [2]float64) float64 { return math.Round((s[0]+s[1])/2*1e6)/1e6 + 0 }
	return &crime.Place{Lon: middle(b.Lon), Lat: middle(b.Lat)}
}

// settle gives the sidecar its bounds when they are to be found in the rows.
func (r *run) settle() error {
	if !r.auto {
		return nil
	}
	lons, lats := slices.Clone(r.lons), slices.Clone(r.lats)
	b, err := middleOf(lons, lats)
	if err != nil {
		return err
	}
	r.meta.Bounds, r.meta.Origin = b, originOf(b)
	r.summary.OutOfArea = 0
	for i := range r.lons {
		if !b.Contains(crime.Place{Lon: r.lons[i], Lat: r.lats[i]}) {
			r.summary.OutOfArea++
		}
	}
	return nil
}
