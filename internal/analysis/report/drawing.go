package report

import (
	"math"

	"hotspot/internal/model"
)

// drawing is the map of the sheet: what a model file knows of places.
type drawing struct {
	Width, Height float64
	Discs         []spot
	Diamonds      []spot
	ScaleKm       float64
	ScaleWidth    float64
}

// spot is a place on the drawing. R is the radius of an area.
type spot struct {
	Cluster int
	X, Y, R float64
	Color   string
	Ink     string

	NumberX, NumberY float64 // where the number stands
}

// Aside reports whether the number stands beside the place.
func (s spot) Aside() bool { return s.NumberX != s.X || s.NumberY != s.Y }

// aside moves the number of s away where it would cover the other place.
func (s spot) aside(other spot) spot {
	dx, dy := s.X-other.X, s.Y-other.Y
	apart := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	switch {
	case apart >= 18:
	case apart < 1:
		s.NumberX, s.NumberY = model.Round(s.X+20, 1), model.Round(s.Y-20, 1)
	default:
		s.NumberX, s.NumberY = model.Round(other.X+28*dx/apart, 1), model.Round(other.Y+28*dy/apart, 1)
	}
	return s
}

const (
	drawingWidth  = 660.0
	drawingHeight = 310.0
	drawingMargin = 20.0
)

// draw lays the areas out, north up. nil without areas.
func draw(m *model.Model) *drawing {
	if len(m.Clusters) == 0 {
		return nil
	}
	kmLon := m.Frame.EarthRadiusKm * math.Pi / 180 * math.Cos(m.Frame.Origin.Lat*math.Pi/180)
	kmLat := m.Frame.EarthRadiusKm * math.Pi / 180
	spotKm := func(c *model.Cluster) (east, north float64) {
		return (c.Densest.Lon - m.Frame.Origin.Lon) * kmLon, (c.Densest.Lat - m.Frame.Origin.Lat) * kmLat
	}
	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, c := range m.Clusters {
		r := math.Max(0.2, c.RadiusM/1000)
		west, east = math.Min(west, c.Centroid.EastKm-r), math.Max(east, c.Centroid.EastKm+r)
		south, north = math.Min(south, c.Centroid.NorthKm-r), math.Max(north, c.Centroid.NorthKm+r)
		if c.Densest != nil { // an airport may lie far beyond the radius
			x, y := spotKm(&c)
			west, east, south, north = math.Min(west, x), math.Max(east, x), math.Min(south, y), math.Max(north, y)
		}
	}
	scale := math.Min((drawingWidth-2*drawingMargin)/(east-west), (drawingHeight-2*drawingMargin)/(north-south))
	d := &drawing{Width: model.Round(float64((east-west)*scale)+2*drawingMargin, 0), Height: model.Round(float64((north-south)*scale)+2*drawingMargin+24, 0)}
	at := func(eastKm, northKm float64, c int, r float64) spot {
		x, y := model.Round(drawingMargin+float64((eastKm-west)*scale), 1), model.Round(drawingMargin+float64((north-northKm)*scale), 1)
		return spot{c, x, y, model.Round(r*scale, 1), color(c), ink(c), x, y}
	}
	for _, c := range m.Clusters {
		disc := at(c.Centroid.EastKm, c.Centroid.NorthKm, c.Cluster, c.RadiusM/1000)
		if c.Densest != nil {
			x, y := spotKm(&c)
			diamond := at(x, y, c.Cluster, 0)
			d.Diamonds = append(d.Diamonds, diamond)
			disc = disc.aside(diamond)
		}
		d.Discs = append(d.Discs, disc)
	}
	for _, km := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100} {
		d.ScaleKm, d.ScaleWidth = km, model.Round(km*scale, 1)
		if d.ScaleWidth >= 60 {
			break
		}
	}
	return d
}

// Bottom is where the scale stands.
func (d *drawing) Bottom() float64 { return d.Height - 8 }
