package report

import (
	"fmt"
	"strings"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// backdrop is the city behind the areas, as paths of SVG. Their unit is a cell
// of catalog.Backdrop, which Transform puts on the drawing.
type backdrop struct {
	Transform            string
	Land, Borders, Coast string
}

// drawBackdrop draws the cells of b: the land, the borders of the neighborhoods
// and the coast, behind which no crimes are. It is nil without cells.
func (d *drawing) drawBackdrop(b *catalog.Backdrop, m *model.Model) *backdrop {
	if len(b.Cells) == 0 {
		return nil
	}
	x0, y0 := d.xy(m.Frame.Project(crime.Place{Lon: b.West, Lat: b.South}))
	x1, y1 := d.xy(m.Frame.Project(crime.Place{Lon: b.West + b.StepLon, Lat: b.South + b.StepLat}))
	var land, borders, coast strings.Builder
	for y := range b.Height + 1 {
		for x := range b.Width + 1 {
			here, west, south := b.At(x, y), b.At(x-1, y), b.At(x, y-1)
			if here >= 0 && west < 0 {
				end := x + 1
				for b.At(end, y) >= 0 {
					end++
				}
				fmt.Fprintf(&land, "M%d %dh%dv1H%dz", x, y, end-x, x)
			}
			drawEdge(&borders, &coast, here, west, x, y, "v1")
			drawEdge(&borders, &coast, here, south, x, y, "h1")
		}
	}
	return &backdrop{
		fmt.Sprintf("translate(%.1f %.1f) scale(%.4f %.4f)", x0, y0, x1-x0, y1-y0),
		land.String(), borders.String(), coast.String(),
	}
}

// drawEdge draws the line between two cells that differ.
func drawEdge(borders, coast *strings.Builder, a, b, x, y int, line string) {
	switch {
	case a == b:
	case a < 0 || b < 0:
		fmt.Fprintf(coast, "M%d %d%s", x, y, line)
	default:
		fmt.Fprintf(borders, "M%d %d%s", x, y, line)
	}
}
