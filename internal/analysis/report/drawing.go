package report

import (
	"math"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// drawing is the map of the sheet, in pixels, north up.
type drawing struct {
	Width, Height float64
	Backdrop      *backdrop // nil without one
	Discs         []mark    // the areas' means
	Diamonds      []mark    // spots, in the color of their area
	ScaleKm       float64
	ScaleWidth    float64

	west, north float64 // of the drawing's left and upper margin, km from the origin
	scale       float64 // pixels a km
}

// mark is a place on the drawing. R is the radius of an area.
type mark struct {
	Cluster int
	X, Y, R float64

	NumberX, NumberY float64 // where the number stands
}

const (
	drawingWidth  = 660.0
	drawingHeight = 310.0
	drawingMargin = 20.0
	scaleHeight   = 24.0
)

// draw lays out the areas of m over the backdrop. It is nil without areas.
func draw(m *model.Model, b *catalog.Backdrop) *drawing {
	if len(m.Clusters) == 0 {
		return nil
	}
	west, east, south, north := extent(m, b)
	d := &drawing{west: west, north: north, scale: math.Min((drawingWidth-2*drawingMargin)/(east-west), (drawingHeight-2*drawingMargin)/(north-south))}
	d.Width = model.Round(float64((east-west)*d.scale)+2*drawingMargin, 0)
	d.Height = model.Round(float64((north-south)*d.scale)+2*drawingMargin+scaleHeight, 0)
	d.Backdrop = d.drawBackdrop(b, m)
	for _, c := range m.Clusters {
		disc := d.mark(c.Cluster, c.Centroid.EastKm, c.Centroid.NorthKm)
		disc.R = model.Round(c.RadiusM/1000*d.scale, 1)
		for _, s := range m.SpotsIn(c.Cluster) {
			x, y := project(m, s)
			diamond := d.mark(c.Cluster, x, y)
			d.Diamonds = append(d.Diamonds, diamond)
			disc.keepClearOf(diamond)
		}
		d.Discs = append(d.Discs, disc)
	}
	for _, km := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100} {
		d.ScaleKm, d.ScaleWidth = km, model.Round(km*d.scale, 1)
		if d.ScaleWidth >= 60 {
			break
		}
	}
	return d
}

// extent is the least box that holds the areas with their radii, the spots, of which
// that of an airport may lie far beyond the radius, and the backdrop.
func extent(m *model.Model, b *catalog.Backdrop) (west, east, south, north float64) {
	west, east, south, north = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	include := func(x, y, r float64) {
		west, east = math.Min(west, x-r), math.Max(east, x+r)
		south, north = math.Min(south, y-r), math.Max(north, y+r)
	}
	for _, c := range m.Clusters {
		include(c.Centroid.EastKm, c.Centroid.NorthKm, math.Max(0.2, c.RadiusM/1000))
	}
	for _, s := range m.Spots {
		x, y := project(m, s)
		include(x, y, 0)
	}
	if len(b.Cells) > 0 {
		for _, corner := range []crime.Place{
			{Lon: b.West, Lat: b.South},
			{Lon: b.West + float64(b.Width)*b.StepLon, Lat: b.South + float64(b.Height)*b.StepLat},
		} {
			x, y := m.Frame.Project(corner)
			include(x, y, 0)
		}
	}
	return west, east, south, north
}

func project(m *model.Model, s model.Spot) (east, north float64) {
	return m.Frame.Project(crime.Place{Lon: s.Lon, Lat: s.Lat})
}

// xy is where a place lies on the drawing.
func (d *drawing) xy(eastKm, northKm float64) (x, y float64) {
	return drawingMargin + float64((eastKm-d.west)*d.scale), drawingMargin + float64((d.north-northKm)*d.scale)
}

func (d *drawing) mark(cluster int, eastKm, northKm float64) mark {
	x, y := d.xy(eastKm, northKm)
	x, y = model.Round(x, 1), model.Round(y, 1)
	return mark{Cluster: cluster, X: x, Y: y, NumberX: x, NumberY: y}
}

// Bottom is where the scale stands.
func (d *drawing) Bottom() float64 { return d.Height - 8 }

// Aside reports whether the number stands beside the place.
func (m mark) Aside() bool { return m.NumberX != m.X || m.NumberY != m.Y }

// keepClearOf moves the number of m away where it would cover the other place.
func (m *mark) keepClearOf(other mark) {
	dx, dy := m.X-other.X, m.Y-other.Y
	apart := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	switch {
	case apart >= 18:
	case apart < 1:
		m.NumberX, m.NumberY = model.Round(m.X+20, 1), model.Round(m.Y-20, 1)
	default:
		m.NumberX, m.NumberY = model.Round(other.X+28*dx/apart, 1), model.Round(other.Y+28*dy/apart, 1)
	}
}
