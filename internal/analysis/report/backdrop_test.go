package report

import (
	"strings"
	"testing"

	"hotspot/internal/catalog"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// Three cells in a row from west to east: two neighborhoods and none.
func TestTheBackdropLiesWhereItsCellsAre(t *testing.T) {
	m := &model.Model{Frame: feature.Default(), Clusters: []model.Cluster{{RadiusM: 1000}}} // at the origin
	at := m.Frame.Origin
	d := draw(m, &catalog.Backdrop{
		Width: 3, Height: 1, West: at.Lon, South: at.Lat, StepLon: 0.01, StepLat: 0.02, Cells: []int{0, 1, -1},
		Neighborhoods: []catalog.Neighborhood{{ID: "a"}, {ID: "b"}},
	})
	b, disc := d.Backdrop, d.Discs[0]
	// A degree of latitude is 111.19 km, of longitude here 85.5; the radius of 1 km
	// is disc.R pixels.
	if b.Transform != "translate(103.7 206.3) scale(71.6090 -186.2505)" || disc.X != 103.7 || disc.Y != 206.3 || disc.R != 83.7 {
		t.Errorf("transform %s, disc %+v", b.Transform, disc)
	}
	if east, north := disc.X+3*71.609, disc.Y-186.2505; east > d.Width || north < 0 {
		t.Errorf("the cells end at %v %v, beyond a map of width %v", east, north, d.Width)
	}
	if b.Land != "M0 0h2v1H0z" || b.Borders != "M1 0v1" || strings.Count(b.Coast, "M") != 6 {
		t.Errorf("land %s, borders %s, coast %s", b.Land, b.Borders, b.Coast)
	}
	if draw(m, &catalog.Backdrop{}).Backdrop != nil {
		t.Error("a backdrop without cells")
	}
}
