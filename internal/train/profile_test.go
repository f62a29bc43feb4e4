package train_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/source"
	"hotspot/internal/train"
)

// rowsCSV is a prepared file with a row per line "occurred lon lat category
// neighborhood", in which "-" is nothing.
func rowsCSV(t *testing.T, lines ...string) []byte {
	t.Helper()
	csv := crime.AppendHeader(nil)
	for i, line := range lines {
		f := strings.Fields(line)
		for j := range f {
			f[j] = strings.TrimPrefix(f[j], "-")
			if j == 1 && f[j] != "" {
				f[j] = "-" + f[j]
			}
		}
		var text [crime.NumColumns]string
		text[crime.ColIncidentID] = fmt.Sprint(100 + i)
		text[crime.ColOffenseID] = fmt.Sprint(1000 + i)
		text[crime.ColReported] = "2019-01-02T00:13:00"
		text[crime.ColFirstOccurrence] = f[0]
		text[crime.ColGeoLon], text[crime.ColGeoLat] = f[1], f[2]
		text[crime.ColOffenseCategory], text[crime.ColNeighborhood] = f[3], f[4]
		r, err := crime.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		csv = r.AppendCSV(csv)
	}
	return csv
}

// Nine rows, two clusters: six rows at the origin and around it, two in the
// east. 2019-01-07 is a Monday. All figures are worked out by hand.
func TestProfile(t *testing.T) {
	m := fit(t, 1, rowsCSV(t,
		"2019-01-07T00:10:00 -104.95 39.74 larceny hale",
		"2019-01-07T13:10:00 -104.95 39.74 larceny hale",
		"2019-01-08T13:10:00 -104.95 39.74 larceny baker",
		"2019-01-13T23:10:00 -104.95 39.74 larceny baker",
		"- -104.95 39.74 larceny -",
		"2019-01-13T23:10:00 -104.95 39.74 burglary athmar",
		"2019-01-13T23:10:00 -104.65 39.74 larceny dia",
		"2019-01-13T23:10:00 -104.65 39.78 arson dia",
		"2019-01-13T23:10:00 - - arson dia",
		"2019-01-13T23:10:00 -105.95 39.74 arson dia",
	), settings(2), nil)
	if want := (model.Rows{Total: 10, Trained: 8, NoLocation: 1, OutOfArea: 1, DistinctPlaces: 3}); m.Rows != want {
		t.Errorf("rows = %+v, want %+v", m.Rows, want)
	}
	// 0.04° of latitude are 6371.0088·rad(0.04) km; the rows lie half of that
	// from their centroid.
	half := 6371.0088 * 0.02 * math.Pi / 180
	if got, want := m.Inertia, 2*half*half; math.Abs(got-want) > 1e-5 {
		t.Errorf("inertia = %v, want %v but for the grid", got, want)
	}
	one, two := m.Clusters[0], m.Clusters[1]
	wantOne := model.Cluster{
		Cluster: 0, Size: 6, Share: 0.75,
		Centroid:   model.Centroid{Extra: []float64{}, Lon: -104.95, Lat: 39.74},
		HoursKnown: 5, HoursUnknown: 1, Weekdays: [7]float64{2, 1, 0, 0, 0, 0, 2}, WeekdaysUnknown: 1,
		// Of all 8 rows 6 are larceny, and 5 of the 6 here. A single burglary is too few to list.
		Categories: []model.Category{{ID: "larceny", Count: 5, Share: 0.8333, Lift: 1.1111}},
		Neighborhoods: []model.Neighborhood{
			{ID: "baker", Count: 2, Share: 0.3333}, {ID: "hale", Count: 2, Share: 0.3333}, {ID: "athmar", Count: 1, Share: 0.1667},
		},
	}
	wantOne.Hours[0], wantOne.Hours[13], wantOne.Hours[23] = 1, 2, 2
	if diff := cmp.Diff(wantOne, one); diff != "" {
		t.Errorf("cluster 0 (-want +got):\n%s", diff)
	}
	if two.Size != 2 || two.Share != 0.25 || two.RadiusM != math.Round(half*10000)/10 ||
		two.Centroid.Lon != -104.65 || two.Centroid.Lat != 39.76 || len(two.Categories) != 0 {
		t.Errorf("cluster 1 = %+v", two)
	}
}

// A crime counts for the hours in which it can have happened, each with its part.
// 2019-01-06 is a Sunday. All figures are worked out by hand.
func TestACrimeOfUnknownMomentIsSpreadOverItsTime(t *testing.T) {
	csv := rowsCSV(t,
		"2019-01-06T22:30:00 -104.95 39.74 - -", // to 0:30: a quarter, a half, a quarter
		"2019-01-06T12:00:00 -104.95 39.74 - -", // to 13:00: known
		"2019-01-06T12:00:00 -104.95 39.74 - -", // to 19:00: a seventh of each
		"2019-01-06T12:00:00 -104.95 39.74 - -", // to Tuesday 12:00: in no hour, on three days
		"2019-01-06T12:00:00 -104.95 39.74 - -", // to Monday a week later: on no day
		"- -104.95 39.74 - -",
	)
	lines := strings.SplitAfter(string(csv), "\n")
	for i, last := range []string{"2019-01-07T00:30:00", "2019-01-06T13:00:00", "2019-01-06T19:00:00", "2019-01-08T12:00:00", "2019-01-14T12:00:00"} {
		lines[i+1] = strings.Replace(lines[i+1], ":00,,2019-01-02", ":00,"+last+",2019-01-02", 1)
	}
	c := fit(t, 1, []byte(strings.Join(lines, "")), settings(1), nil).Clusters[0]
	var hours [24]float64
	hours[22], hours[23], hours[0] = .25, .5, .25
	for i, part := range []float64{1.143, .143, .143, .142, .143, .143, .143} { // each sum is rounded: they are 2 in all
		hours[12+i] = part
	}
	if c.Hours != hours || c.HoursKnown != 1 || c.HoursUnknown != 3 {
		t.Errorf("hours %v, known %d, unknown %d; want %v, 1, 3", c.Hours, c.HoursKnown, c.HoursUnknown, hours)
	}
	if want := [7]float64{.75, .25, 0, 0, 0, 0, 3}; c.Weekdays != want || c.WeekdaysUnknown != 2 {
		t.Errorf("weekdays %v, unknown %d; want %v, 2", c.Weekdays, c.WeekdaysUnknown, want)
	}
}

func TestListsHoldTheTopFive(t *testing.T) {
	var lines []string
	for i, id := range []string{"f", "e", "d", "c", "b", "a"} {
		for range 5 + i/2 { // f and e 5 times, d and c 6 times, b and a 7 times
			lines = append(lines, "- -104.95 39.74 "+id+" "+id)
		}
	}
	m := fit(t, 1, rowsCSV(t, lines...), settings(1), nil)
	var categories, neighborhoods []string
	for _, c := range m.Clusters[0].Categories {
		categories = append(categories, fmt.Sprint(c.ID, c.Count, " ", c.Lift))
	}
	for _, n := range m.Clusters[0].Neighborhoods {
		neighborhoods = append(neighborhoods, fmt.Sprint(n.ID, n.Count))
	}
	if want := []string{"a7 1", "b7 1", "c6 1", "d6 1", "e5 1"}; !cmp.Equal(categories, want) {
		t.Errorf("categories = %v, want %v", categories, want)
	}
	if want := []string{"a7", "b7", "c6", "d6", "e5"}; !cmp.Equal(neighborhoods, want) {
		t.Errorf("neighborhoods = %v, want %v", neighborhoods, want)
	}
	if m.Silhouette != nil || m.Status != model.Converged {
		t.Errorf("k=1: silhouette %v, status %s; want none, converged", m.Silhouette, m.Status)
	}
}

// A row belongs to the cluster that the model names when it is asked.
func TestSizesAreWhatNearestCounts(t *testing.T) {
	csv := synthetic(t, 1000, 3)
	m := fit(t, 1, csv, settings(7), nil)
	sizes := make([]int, 7)
	for rec, err := range source.Rows(csv, "x.csv") {
		if err != nil {
			t.Fatal(err)
		}
		if v, skip := m.Frame.Vector(nil, feature.Geo, feature.NewInput(rec)); skip == feature.Usable {
			sizes[m.Nearest(v).Cluster]++
		}
	}
	for i, c := range m.Clusters {
		if c.Size != sizes[i] {
			t.Errorf("cluster %d has size %d, Nearest counts %d", i, c.Size, sizes[i])
		}
	}
}

// Numbering turns the order of two clusters round, and with it the cluster of
// a row that is equally near to both.
func TestSizesAreWhatNearestCountsAlsoInATie(t *testing.T) {
	csv := rowsCSV(t, "- -105 39.74 a a", "- -104.95 39.74 a a", "- -104.9 39.74 a a")
	train.AddEngine(t, "tie", func(p *kmeans.Points, c kmeans.Config) (*kmeans.Result, error) {
		return &kmeans.Result{
			K: 2, D: 2, Centroids: []float64{p.X[2] - 2, 0, p.X[2] + 2, 0},
			Labels: []int32{0, 0, 1}, Sizes: []int{2, 1}, Inertia: 1, Status: kmeans.Converged, Distinct: 3,
		}, nil
	})
	s := settings(2)
	s.Engine = "tie"
	for _, n := range []int{1, 2} {
		var previous *model.Model
		if n == 2 {
			previous = fit(t, 1, csv, s, nil)
			c := previous.Clusters
			c[0].Centroid, c[1].Centroid = c[1].Centroid, c[0].Centroid
		}
		m := fit(t, n, csv, s, previous)
		if got := m.Nearest([]float64{0, 0}).Cluster; got != 0 || m.Clusters[0].Size != 2 {
			t.Errorf("model %d: the row in between is in cluster %d, which has %d rows; want cluster 0, 2 rows", n, got, m.Clusters[0].Size)
		}
	}
}
