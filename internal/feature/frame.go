package feature

import (
	"errors"
	"fmt"
	"math"

	"hotspot/internal/crime"
	"hotspot/internal/kmeans"
)

// earthRadiusKm is the mean radius of the earth (IUGG), in kilometres.
const earthRadiusKm = 6371.0088

const (
	radian = math.Pi / 180 // of one degree

	// The cosine of the default origin's latitude, a literal so that nobody's
	// library decides its last bit: cos 39.74° = 0.768953423522264467509181…
	denverLat    = 39.74
	denverCosine = 0.7689534235222645
)

// Frame is the map's frame: a plane in kilometres that touches the earth at
// Origin, x to the east and y to the north, with one scale for both axes. It
// is an equirectangular projection; within Bounds of Denver a distance is at
// most 0.31 % off the sphere's. The same frame is used in training and when a
// model answers, so it stands in the model file.
//
// The results are the same bits on every architecture.
type Frame struct {
	Origin        crime.Place  `json:"origin"`          // degrees
	EarthRadiusKm float64      `json:"earth_radius_km"` // km
	Bounds        crime.Bounds `json:"bounds"`          // degrees; what lies outside is not trained on
	GridExponent  int          `json:"grid_exponent"`   // coordinates are multiples of 2^GridExponent km
}

// NewFrame returns the frame of the city around origin. It does not judge its
// arguments: see Validate.
func NewFrame(origin crime.Place, bounds crime.Bounds) Frame {
	return Frame{Origin: origin, EarthRadiusKm: earthRadiusKm, Bounds: bounds, GridExponent: kmeans.GridExponent}
}

// Of returns the frame of an area.
func Of(a crime.Area) Frame { return NewFrame(a.Origin, a.Bounds) }

// Default returns the frame of Denver.
func Default() Frame { return Of(crime.Denver) }

// Validate says everything that is wrong with f at once: numbers that are not
// finite or not degrees, a box that is empty or does not hold the origin, an
// origin beyond 85° where a flat map of one scale is of no use.
func (f Frame) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("frame: "+format, args...)) }
	if err := (crime.Area{Origin: f.Origin, Bounds: f.Bounds}).Validate(); err != nil {
		bad("%w", err)
	}
	if f.EarthRadiusKm != earthRadiusKm {
		bad("earth radius %v km is not %v", f.EarthRadiusKm, earthRadiusKm)
	}
	if f.GridExponent != kmeans.GridExponent {
		bad("grid exponent %d is not %d", f.GridExponent, kmeans.GridExponent)
	}
	return errors.Join(errs...)
}

// Project returns where p lies, in kilometres east and north of the origin,
// snapped to the grid. p may lie outside of the bounds.
func (f Frame) Project(p crime.Place) (east, north float64) {
	east = float64(float64(f.EarthRadiusKm*float64((p.Lon-f.Origin.Lon)*radian)) * f.Cosine())
	north = float64(f.EarthRadiusKm * float64((p.Lat-f.Origin.Lat)*radian))
	return kmeans.Snap(east), kmeans.Snap(north)
}

// Unproject returns the place that lies east and north of the origin, in
// kilometres. It undoes Project but for the snap, a few millimetres at most.
func (f Frame) Unproject(east, north float64) crime.Place {
	return crime.Place{
		Lon: f.Origin.Lon + float64(east/float64(f.EarthRadiusKm*f.Cosine())/radian),
		Lat: f.Origin.Lat + float64(north/f.EarthRadiusKm/radian),
	}
}

// Cosine returns the cosine of the origin's latitude: the literal for the
// default, for any other origin rounded to 12 decimals.
func (f Frame) Cosine() float64 {
	if f.Origin.Lat == denverLat {
		return denverCosine
	}
	return math.Round(float64(cosine(float64(f.Origin.Lat*radian))*1e12)) / 1e12
}

// cosine returns the cosine of x, |x| <= π/2, by its Taylor series in Horner's
// form. math.Cos is compiled to fused instructions on some architectures and
// written in assembly on others; their last bits differ, these do not.
func cosine(x float64) float64 {
	xx := float64(x * x)
	c := 1.0
	for n := 26.0; n > 0; n -= 2 {
		c = 1 - float64(xx/(n*(n-1))*c)
	}
	return c
}

// String is f as the flags that ask for it.
func (f Frame) String() string {
	b := f.Bounds
	return fmt.Sprintf("--origin %v,%v --bounds %v,%v,%v,%v", f.Origin.Lon, f.Origin.Lat, b.Lon[0], b.Lat[0], b.Lon[1], b.Lat[1])
}
