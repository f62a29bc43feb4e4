package prepare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hotspot/internal/input/prepare"
)

const streetHeader = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\n"

// streetRows are rows in the form of data.police.uk: a month, and the anonymous
// point of a street, about 120 m from the next one.
func streetRows(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(streetHeader)
	for i := range n {
		street := min(int(r.ExpFloat64()*250), 899)
		p := rand.New(rand.NewPCG(3, uint64(street)))
		lon := -0.14 + (float64(street%30)+p.Float64()/2)*0.0018
		lat := 51.50 + (float64(street/30)+p.Float64()/2)*0.0011
		fmt.Fprintf(&b, "%064x,2024-01,A force,A force,%.6f,%.6f,On or near A Street,E01000001,Town 001A,%s,Under investigation,\n",
			i, lon, lat, []string{"Burglary", "Drugs", "Robbery", "Shoplifting"}[r.IntN(4)])
	}
	return b.String()
}

func TestPointsThatWereMovedAreSaid(t *testing.T) {
	coarse := func(i int) (lon, lat float64) {
		lon, lat = town(i)
		return math.Round(lon*1000) / 1000, math.Round(lat*1000) / 1000
	}
	// Houses 20 m apart, of which one in ten has several crimes.
	houses := func(i int) (lon, lat float64) {
		h := i
		if i%3 == 0 {
			h = i / 9
		}
		return -77.02 + float64(h%200)*0.00023, 38.88 + float64(h/200)*0.0009
	}
	for name, tt := range map[string]struct {
		data        string
		places, low int // at least so many meters, 0 for not moved
		high        int
	}{
		"police.uk":  {streetRows(5000), 700, 35, 75},
		"3 decimals": {townHeader + townRows(1, 600, coarse), 500, 35, 120},
		"houses":     {townHeader + townRows(1, 3000, houses), 0, 0, 0},
		"crossings, too few to tell": {townHeader + townRows(1, 1000, func(i int) (lon, lat float64) {
			return -77.020001 + float64(i%10)*0.003, 38.880001 + float64(i/10%10)*0.003
		}), 0, 0, 0},
		"exact and never twice": {townHeader + townRows(1, 3000, town), 0, 0, 0},
		"3 decimals, few rows":  {townHeader + townRows(1, 99, coarse), 0, 0, 0},
	} {
		c := prepare.Config{Title: "Town"}
		if strings.HasPrefix(tt.data, townHeader) {
			c.Columns = townMapping(t)
		}
		r := prepared(t, c, tt.data)
		if r.err != nil {
			t.Errorf("%s: %v", name, r.err)
			continue
		}
		m := r.meta.Masked
		if tt.low == 0 {
			if m != nil || noted(r.summary, "snapped") > 0 {
				t.Errorf("%s: %+v", name, m)
			}
		} else if m == nil || m.Meters < tt.low || m.Meters > tt.high || m.Places < int64(tt.places) || noted(r.summary, fmt.Sprintf("snapped to %d places: distances below %d m", m.Places, m.Meters)) == 0 {
			t.Errorf("%s: %+v", name, m)
		}
	}
}
