package catalog

import "testing"

func TestLayOutGivesACellToMostOfItsCrimes(t *testing.T) {
	many := func(n int, v float64) []float64 {
		all := make([]float64, n)
		for i := range all {
			all[i] = v
		}
		return all
	}
	// The second neighborhood has one crime in the cell of the first, and two in
	// one 3 km further east.
	d := layOut([]*hood{
		{"west", many(5, -104.98), many(5, 39.74)},
		{"east", []float64{-104.98, -104.94, -104.94}, many(3, 39.74)},
	})
	at := func(lon, lat float64) int {
		return d.Cells[int((lat-d.South)/d.StepLat)*d.Width+int((lon-d.West)/d.StepLon)]
	}
	if at(-104.98, 39.74) != 0 || at(-104.94, 39.74) != 1 {
		t.Errorf("cells %d and %d, want 0 and 1", at(-104.98, 39.74), at(-104.94, 39.74))
	}
	if n := at(-104.98+2.5*d.StepLon, 39.74); n != 0 {
		t.Errorf("two empty cells beside a crime: %d, want its neighborhood", n)
	}
	if n := at(-104.96, 39.74); n != -1 {
		t.Errorf("7 cells from any crime: %d, want none", n)
	}
	if d.Neighborhoods[0].ID != "west" || d.Neighborhoods[1].Lon != -104.94 {
		t.Errorf("names %+v", d.Neighborhoods)
	}
}

func TestLayOutStaysSmallWhenPlacesLieFarApart(t *testing.T) {
	d := layOut([]*hood{{"a", []float64{-170, 170}, []float64{-80, 80}}})
	if len(d.Cells) == 0 || d.Width > maxCells || d.Height > maxCells {
		t.Errorf("%d x %d cells", d.Width, d.Height)
	}
}
