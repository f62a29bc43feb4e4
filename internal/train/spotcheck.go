package train

import (
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// SpotCheck is a look at rows that a model has not seen: how many of them lie near
// the densest spots that it found. It is a check of the spots, not a forecast.
type SpotCheck struct {
	Share  float64 // of the rows within 500 m of a spot
	Ground float64 // of the cells of 250 m that hold rows, those with their center within 500 m of a spot
}

// CheckSpots counts the rows of d, which must have been read with m's frame, near
// the densest spots of m. It is zero where there are no rows.
func (d *Data) CheckSpots(m *model.Model) SpotCheck {
	var spots [][2]float64
	for i := range m.Clusters {
		if s := m.Clusters[i].Densest; s != nil {
			east, north := m.Frame.Project(crime.Place{Lon: s.Lon, Lat: s.Lat})
			spots = append(spots, [2]float64{east, north})
		}
	}
	near := func(east, north float64) bool {
		for _, s := range spots {
			if dx, dy := east-s[0], north-s[1]; float64(dx*dx)+float64(dy*dy) <= nearKm*nearKm {
				return true
			}
		}
		return false
	}
	n := d.rows.n()
	if n == 0 {
		return SpotCheck{}
	}
	members := make([]int32, n)
	rows := 0
	for i := range members {
		members[i] = int32(i)
		if near(d.rows.x[i*d.rows.d], d.rows.x[i*d.rows.d+1]) {
			rows++
		}
	}
	coarse, cells := d.rows.countCells(members, coarseKm), 0
	for _, c := range coarse {
		if near((float64(c.x)+.5)*coarseKm, (float64(c.y)+.5)*coarseKm) {
			cells++
		}
	}
	return SpotCheck{float64(rows) / float64(n), float64(cells) / float64(len(coarse))}
}
