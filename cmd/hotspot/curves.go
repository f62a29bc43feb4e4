package main

import (
	"fmt"
	"math"
	"strings"
)

// The size of a drawing and of one curve's field in it, in SVG's units.
const (
	curveWidth, curveHeight = 560, 120
	curveLeft, curveTop     = 90, 30
)

// curves draws gap, stability and silhouette over k, one below the other, each
// on its own scale; the suggested k is a line through all of them.
func curves(trials []trial) string {
	fields := []struct {
		name  string
		value func(t trial) float64
	}{
		{"gap", func(t trial) float64 { return t.Gap }},
		{"stability", func(t trial) float64 { return t.Stability }},
		{"silhouette", func(t trial) float64 {
			if t.Silhouette == nil {
				return math.NaN()
			}
			return *t.Silhouette
		}},
	}
	x := func(i int) float64 {
		return curveLeft + float64(i)/float64(max(1, len(trials)-1))*(curveWidth-curveLeft-20)
	}
	var b strings.Builder
	height := len(fields)*(curveHeight+curveTop) + 40
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", curveWidth, height)
	fmt.Fprintf(&b, `<title>Gap, stability and silhouette over k</title>`+"\n"+`<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	for i, t := range trials {
		if t.Suggested {
			fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="10" y2="%d" stroke="#888" stroke-dasharray="4"/>`+"\n", x(i), x(i), height-30)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(i), height-12, t.K)
	}
	for f, field := range fields {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, t := range trials {
			if v := field.value(t); !math.IsNaN(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		if lo > hi {
			continue // no k of the range has it
		}
		top := float64(f*(curveHeight+curveTop) + curveTop)
		var points []string
		for i, t := range trials {
			if v := field.value(t); !math.IsNaN(v) {
				share := .5
				if hi > lo {
					share = (hi - v) / (hi - lo)
				}
				points = append(points, fmt.Sprintf("%.1f,%.1f", x(i), top+share*curveHeight))
			}
		}
		fmt.Fprintf(&b, `<text x="8" y="%.1f">%s</text><text x="%d" y="%.1f" text-anchor="end">%.3f</text><text x="%d" y="%.1f" text-anchor="end">%.3f</text>`+"\n",
			top+curveHeight/2, field.name, curveLeft-8, top+4, hi, curveLeft-8, top+curveHeight+4, lo)
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="#1a5fb4" stroke-width="2"/>`+"\n", strings.Join(points, " "))
	}
	b.WriteString("</svg>\n")
	return b.String()
}
