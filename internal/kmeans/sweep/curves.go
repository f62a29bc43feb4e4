package sweep

import (
	"fmt"
	"math"
	"strings"
)

// The size of a drawing, and of one curve's field in it, in SVG's units.
const (
	drawingWidth, fieldHeight = 560, 120
	fieldLeft, fieldTop       = 90, 30
)

// Curve is a figure over k.
type Curve struct {
	Name   string
	Values []float64 // one for each k; NaN where there is none
}

// Draw returns an SVG of the curves over ks, one below the other, each on its
// own scale. The suggested k is a line through all of them.
func Draw(ks []int, suggested int, curves []Curve) string {
	x := func(i int) float64 {
		return fieldLeft + float64(i)/float64(max(1, len(ks)-1))*(drawingWidth-fieldLeft-20)
	}
	var b strings.Builder
	height := len(curves)*(fieldHeight+fieldTop) + 40
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", drawingWidth, height)
	fmt.Fprintf(&b, `<title>Gap, stability and silhouette over k</title>`+"\n"+`<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	for i, k := range ks {
		if k == suggested {
			fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="10" y2="%d" stroke="#888" stroke-dasharray="4"/>`+"\n", x(i), x(i), height-30)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(i), height-12, k)
	}
	for n, c := range curves {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range c.Values {
			if !math.IsNaN(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		if lo > hi {
			continue // no k of the range has it
		}
		top := float64(n*(fieldHeight+fieldTop) + fieldTop)
		var points []string
		for i, v := range c.Values {
			if math.IsNaN(v) {
				continue
			}
			share := .5
			if hi > lo {
				share = (hi - v) / (hi - lo)
			}
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(i), top+share*fieldHeight))
		}
		fmt.Fprintf(&b, `<text x="8" y="%.1f">%s</text><text x="%d" y="%.1f" text-anchor="end">%.3f</text><text x="%d" y="%.1f" text-anchor="end">%.3f</text>`+"\n",
			top+fieldHeight/2, c.Name, fieldLeft-8, top+4, hi, fieldLeft-8, top+fieldHeight+4, lo)
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#1a5fb4" stroke-width="2"/>`+"\n", strings.Join(points, " "))
	}
	b.WriteString("</svg>\n")
	return b.String()
}
