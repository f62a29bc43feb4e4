package feature_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
)

const step = 0x1p-20 // km

var (
	anywhere = crime.Bounds{Lon: [2]float64{-180, 180}, Lat: [2]float64{-90, 90}}
	london   = feature.NewFrame(crime.Place{Lon: -0.1278, Lat: 51.5}, anywhere)
	sydney   = feature.NewFrame(crime.Place{Lon: 151.21, Lat: -33.87}, anywhere)
)

// Expected numbers: the formula with 60 digits (Python's decimal), in whole
// steps of the grid. For London and Sydney the cosine has 12 decimals:
// 0.622514636638 and 0.830304205962.
func TestProject(t *testing.T) {
	tests := []struct {
		name        string
		frame       feature.Frame
		p           crime.Place
		east, north float64 // steps
	}{
		{"origin", feature.Default(), crime.Place{Lon: -104.95, Lat: 39.74}, 0, 0},
		{"Civic Center", feature.Default(), crime.Place{Lon: -104.9903, Lat: 39.7392}, -3613188, -93277},
		{"Green Valley Ranch", feature.Default(), crime.Place{Lon: -104.80111124, Lat: 39.7978271}, 13348960, 6742437},
		{"south-west corner", feature.Default(), crime.Place{Lon: -105.2, Lat: 39.55}, -22414318, -22153334},
		{"north-east corner", feature.Default(), crime.Place{Lon: -104.5, Lat: 39.95}, 40345772, 24485263},
		{"outside of the bounds", feature.Default(), crime.Place{}, 9409530701, -4633544610},
		{"the pole", feature.Default(), crime.Place{Lon: -104.95, Lat: 90}, 0, 5860139711},
		{"a hair south-west", feature.Default(), crime.Place{Lon: -104.950000001, Lat: 39.739999999}, 0, 0},
		{"as the cosine's literal has it, not 12 decimals", feature.Default(), crime.Place{Lon: 61.06, Lat: 39.74}, 14884003732, 0},
		{"as 12 decimals have it, not the cosine", london, crime.Place{Lon: 60.314, Lat: 51.5}, 4387048568, 0},
		{"London", london, crime.Place{Lon: -0.1, Lat: 51.6}, 2017808, 11659649},
		{"Sydney", sydney, crime.Place{Lon: 151.3, Lat: -33.9}, 8712950, -3497895},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			east, north := tt.frame.Project(tt.p)
			if east != tt.east*step || north != tt.north*step {
				t.Errorf("Project(%v) = %v, %v steps, want %v, %v", tt.p, east/step, north/step, tt.east, tt.north)
			}
			if math.Signbit(east) && east == 0 || math.Signbit(north) && north == 0 {
				t.Errorf("Project(%v) = %v, %v: a zero is negative", tt.p, east, north)
			}
		})
	}
}

// Half a step in each direction, and on the sphere a few 1e-16 of it.
func TestUnprojectUndoesProject(t *testing.T) {
	frames := []feature.Frame{feature.Default(), london, sydney, feature.NewFrame(crime.Place{Lon: 0, Lat: 85}, anywhere)}
	rapid.Check(t, func(t *rapid.T) {
		f := frames[rapid.IntRange(0, len(frames)-1).Draw(t, "frame")]
		p := crime.Place{
			Lon: f.Origin.Lon + rapid.Float64Range(-1, 1).Draw(t, "lon"),
			Lat: f.Origin.Lat + rapid.Float64Range(-1, 1).Draw(t, "lat"),
		}
		east, north := f.Project(p)
		if math.Trunc(east/step) != east/step || math.Trunc(north/step) != north/step {
			t.Fatalf("Project(%v) = %v, %v: not on the grid", p, east, north)
		}
		back := f.Unproject(east, north)
		km := f.EarthRadiusKm * math.Pi / 180
		if dx, dy := (back.Lon-p.Lon)*km*math.Cos(f.Origin.Lat*math.Pi/180), (back.Lat-p.Lat)*km; math.Hypot(dx, dy) > 1e-6 {
			t.Fatalf("%v came back as %v, %v and %v km off", p, back, dx, dy)
		}
		if e, n := f.Project(back); e != east || n != north {
			t.Fatalf("Project(%v) = %v, %v, but %v, %v on the way back", p, east, north, e, n)
		}
	})
}

func FuzzProjectIsOnTheGrid(f *testing.F) {
	f.Add(-104.95, 39.74, 39.74)
	f.Add(-104.80111124, 39.7978271, 51.5)
	f.Add(180.0, -90.0, -85.0)
	f.Add(math.Copysign(0, -1), 5e-324, 0.0)
	f.Fuzz(func(t *testing.T, lon, lat, originLat float64) {
		if !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90 && math.Abs(originLat) <= 85) {
			return // no place at all: crime.Parse refuses it
		}
		frame := feature.NewFrame(crime.Place{Lon: -104.95, Lat: originLat}, anywhere)
		east, north := frame.Project(crime.Place{Lon: lon, Lat: lat})
		for _, v := range []float64{east, north} {
			if math.IsNaN(v) || math.Abs(v) > 40_000 || math.Trunc(v/step) != v/step || v == 0 && math.Signbit(v) {
				t.Errorf("Project(%v, %v) = %v, %v", lon, lat, east, north)
			}
		}
	})
}

// The flat map against the sphere (haversine), all over Denver's bounds.
func TestDistancesAreThoseOfTheSphere(t *testing.T) {
	f := feature.Default()
	rapid.Check(t, func(t *rapid.T) {
		place := func(name string) crime.Place {
			return crime.Place{
				Lon: rapid.Float64Range(-105.2, -104.5).Draw(t, name+" lon"),
				Lat: rapid.Float64Range(39.55, 39.95).Draw(t, name+" lat"),
			}
		}
		a, b := place("a"), place("b")
		ax, ay := f.Project(a)
		bx, by := f.Project(b)
		flat, round := math.Hypot(ax-bx, ay-by), haversine(a, b)
		if math.Abs(flat-round) > 0.0031*round+2*step {
			t.Fatalf("%v to %v: %v km, on the sphere %v", a, b, flat, round)
		}
	})
}

func haversine(a, b crime.Place) float64 {
	const radian = math.Pi / 180
	sin2 := func(x float64) float64 { s := math.Sin(x / 2); return s * s }
	h := sin2((a.Lat-b.Lat)*radian) + math.Cos(a.Lat*radian)*math.Cos(b.Lat*radian)*sin2((a.Lon-b.Lon)*radian)
	return 2 * feature.Default().EarthRadiusKm * math.Asin(math.Sqrt(h))
}

// The frame as the model file of formats.md holds it.
func TestFrameAsJSON(t *testing.T) {
	const want = `{"origin":{"lon":-104.95,"lat":39.74},"earth_radius_km":6371.0088,"bounds":{"lon":[-105.2,-104.5],"lat":[39.55,39.95]},"grid_exponent":-20}`
	got, err := json.Marshal(feature.Default())
	if err != nil || string(got) != want {
		t.Fatalf("%s, %v, want %s", got, err, want)
	}
	var back feature.Frame
	if err := json.Unmarshal(got, &back); err != nil || back != feature.Default() {
		t.Errorf("read back as %+v, %v", back, err)
	}
}

func TestFrameValidate(t *testing.T) {
	edit := func(change func(*feature.Frame)) feature.Frame {
		f := feature.Default()
		change(&f)
		return f
	}
	tests := []struct {
		name  string
		frame feature.Frame
		want  []string // none: valid
	}{
		{"Denver", feature.Default(), nil},
		{"London", london, nil},
		{"origin NaN", edit(func(f *feature.Frame) { f.Origin.Lon = math.NaN() }), []string{"origin NaN,39.74"}},
		{"origin at the pole", edit(func(f *feature.Frame) { f.Origin.Lat = 90 }), []string{"origin -104.95,90 "}},
		{"origin outside of the bounds", edit(func(f *feature.Frame) { f.Origin.Lat = 41 }), []string{"origin -104.95,41 is outside"}},
		{"bounds the wrong way round", edit(func(f *feature.Frame) { f.Bounds.Lat = [2]float64{40, 39} }), []string{"lat [40 39] is not least and greatest"}},
		{"bounds empty", edit(func(f *feature.Frame) { f.Bounds.Lon = [2]float64{} }), []string{"lon [0 0] is not least and greatest"}},
		{"bounds infinite", edit(func(f *feature.Frame) { f.Bounds.Lon[1] = math.Inf(1) }), []string{"lon [-105.2 +Inf] is not within 180"}},
		{"radius", edit(func(f *feature.Frame) { f.EarthRadiusKm = 6371 }), []string{"earth radius 6371 km is not 6371.0088"}},
		{"grid", edit(func(f *feature.Frame) { f.GridExponent = -18 }), []string{"grid exponent -18 is not -20"}},
		{"nothing set: all at once", feature.Frame{}, []string{"lon [0 0]", "earth radius 0", "grid exponent 0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.frame.Validate()
			if (err == nil) != (tt.want == nil) {
				t.Fatalf("Validate() = %v, want %q", err, tt.want)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Validate() = %v, want %q", err, want)
				}
			}
		})
	}
}
