package model_test

import (
	"math"
	"testing"

	"hotspot/internal/model"
)

// Files that are well formed and have a right checksum, but say what cannot be.
func TestDecodeRefusesWhatCannotBe(t *testing.T) {
	type change func(m *model.Model)
	for _, tt := range []struct {
		reason string
		from   func() *model.Model
		cases  map[string]change
	}{
		{"number", sample, map[string]change{
			"model 0":           func(m *model.Model) { m.Model, m.Batch.Number, m.AlignedTo = 0, 0, nil },
			"another batch":     func(m *model.Model) { m.Batch.Number = 3 },
			"aligned to itself": func(m *model.Model) { *m.AlignedTo = 2 },
			"aligned to 0":      func(m *model.Model) { *m.AlignedTo = 0 },
		}},
		{"batch", sample, map[string]change{
			"no title":        func(m *model.Model) { m.Title = "" },
			"hash too short":  func(m *model.Model) { m.Batch.SHA256 = m.Batch.SHA256[2:] },
			"hash not hex":    func(m *model.Model) { m.Batch.SHA256 = "xy" + m.Batch.SHA256[2:] },
			"hash upper case": func(m *model.Model) { m.Batch.SHA256 = "AB" + m.Batch.SHA256[2:] },
			"chain":           func(m *model.Model) { m.Batch.ChainAfter = m.Batch.ChainAfter[2:] },
		}},
		{"settings", sample, map[string]change{
			"k 0":            func(m *model.Model) { m.Settings.K = 0 },
			"k 1001":         func(m *model.Model) { m.Settings.K = model.MaxClusters + 1 },
			"k_from":         func(m *model.Model) { m.Settings.KFrom = "guess" },
			"restarts":       func(m *model.Model) { m.Settings.Restarts = 0 },
			"max_iterations": func(m *model.Model) { m.Settings.MaxIterations = 0 },
			"tolerance":      func(m *model.Model) { m.Settings.Tolerance = -1 },
			"engine":         func(m *model.Model) { m.Settings.Engine = "" },
			"effort":         func(m *model.Model) { m.Settings.Effort = "" },
			"weight":         func(m *model.Model) { m.Settings.Weight = "" },
		}},
		{"features", sample, map[string]change{
			"unknown":        func(m *model.Model) { m.Settings.Features = "geo+phase" },
			"unknown, empty": func(m *model.Model) { m.Settings.Features, m.Features = "geo+phase", nil },
			"others":         func(m *model.Model) { m.Features[1].Name = "south" },
			"none":           func(m *model.Model) { m.Features = nil },
		}},
		{"rows", sample, map[string]change{
			"trained beyond total":  func(m *model.Model) { m.Rows.Trained = 9 },
			"negative":              func(m *model.Model) { m.Rows.NoLocation, m.Rows.OutOfArea = -1, 3 },
			"places beyond trained": func(m *model.Model) { m.Rows.DistinctPlaces = 9 },
			"beyond 2^31": func(m *model.Model) {
				m.Rows.NoLocation = math.MaxInt32 + 1
				m.Rows.Total = m.Rows.NoLocation + 9
				m.Batch.LastRow = m.Batch.FirstRow - 1 + int64(m.Rows.Total)
			},
			"other row numbers": func(m *model.Model) { m.Batch.LastRow++ },
			"row 0":             func(m *model.Model) { m.Batch.FirstRow, m.Batch.LastRow = 0, 9 },
		}},
		{"frame", sample, map[string]change{
			"radius": func(m *model.Model) { m.Frame.EarthRadiusKm = -1 },
			"origin": func(m *model.Model) { m.Frame.Origin.Lon = 200 },
		}},
		{"status", sample, map[string]change{
			"unknown":               func(m *model.Model) { m.Status = "done" },
			"fewer clusters than k": func(m *model.Model) { m.Settings.K = 3 },
			"fewer places than k":   func(m *model.Model) { m.Rows.DistinctPlaces = 1 },
			"negative inertia":      func(m *model.Model) { m.Inertia = -0.3 },
			"negative iterations":   func(m *model.Model) { m.Iterations = -1 },
			"a reason":              func(m *model.Model) { m.Reason = "why" },
			"untrainable with clusters": func(m *model.Model) {
				m.Status, m.Reason, m.Inertia, m.Iterations = model.Untrainable, "few", 0, 0
				m.Silhouette, m.AlignedTo = nil, nil
			},
		}},
		{"status", untrainable, map[string]change{
			"no reason":  func(m *model.Model) { m.Reason = "" },
			"inertia":    func(m *model.Model) { m.Inertia = 1 },
			"iterations": func(m *model.Model) { m.Iterations = 1 },
			"silhouette": func(m *model.Model) { m.Silhouette = &model.Silhouette{Kind: "exact"} },
			"aligned":    func(m *model.Model) { m.Model, m.Batch.Number, m.AlignedTo = 2, 2, sample().AlignedTo },
			"converged":  func(m *model.Model) { m.Status, m.Reason = model.Converged, "" },
		}},
		{"silhouette", sample, map[string]change{
			"missing":      func(m *model.Model) { m.Silhouette = nil },
			"beyond 1":     func(m *model.Model) { m.Silhouette.Value = -1.1 },
			"unknown kind": func(m *model.Model) { m.Silhouette.Kind = "rough" },
		}},
		{"silhouette", single, map[string]change{
			"of one cluster": func(m *model.Model) { m.Silhouette = &model.Silhouette{Kind: "exact"} },
		}},
		{"quality", sample, map[string]change{
			"more than all explained": func(m *model.Model) { m.Quality.Explained = new(float64(1.1)) },
			"less than none":          func(m *model.Model) { m.Quality.Explained = new(float64(-.1)) },
			"calinski below 0":        func(m *model.Model) { m.Quality.CalinskiHarabasz = new(float64(-1)) },
			"davies below 0":          func(m *model.Model) { m.Quality.DaviesBouldin = new(float64(-1)) },
		}},
		{"clusters", sample, map[string]change{
			"out of order": func(m *model.Model) { m.Clusters[1].Cluster = 0 },
			"sizes beyond trained": func(m *model.Model) {
				c := &m.Clusters[0]
				c.Size, c.Share, c.Hours[0], c.Weekdays[0] = 6, .75, 1, 1
				c.Categories, c.Neighborhoods = nil, nil
			},
			"negative size": func(m *model.Model) {
				m.Clusters[0].Size, m.Clusters[0].Share = -1, -0.125
			},
			"share of another size":    func(m *model.Model) { m.Clusters[0].Share = .626 },
			"negative radius":          func(m *model.Model) { m.Clusters[0].RadiusM = -1 },
			"extra dimension":          func(m *model.Model) { m.Clusters[0].Centroid.Extra = []float64{1} },
			"centroid off the earth":   func(m *model.Model) { m.Clusters[0].Centroid.Lat = 91 },
			"previous negative":        func(m *model.Model) { m.Clusters[0].Previous.Cluster = -1 },
			"previous beyond any k":    func(m *model.Model) { m.Clusters[0].Previous.Cluster = model.MaxClusters },
			"previous moved by -1":     func(m *model.Model) { m.Clusters[0].Previous.MovedM = -1 },
			"previous without a model": func(m *model.Model) { m.AlignedTo = nil },
			"two continue the same":    func(m *model.Model) { m.Clusters[1].Previous = &model.Previous{} },
			"hours beyond the size":    func(m *model.Model) { m.Clusters[0].Hours[0]++ },
			"hours negative":           func(m *model.Model) { m.Clusters[0].Hours[0], m.Clusters[0].Hours[1] = -1, 1 },
			"hours that overflow to the size": func(m *model.Model) {
				c := &m.Clusters[0]
				c.Hours[0], c.Hours[1], c.Hours[23] = math.MaxInt, math.MaxInt, 5.875
			},
			"unknown hours negative": func(m *model.Model) {
				c := &m.Clusters[0]
				c.HoursUnknown, c.Hours[23], c.Weekdays[6] = -1, 3, 3
				c.Hours[0], c.Weekdays[0] = 3, 3
			},
			"hours of four decimals": func(m *model.Model) {
				m.Clusters[0].Hours[22], m.Clusters[0].Hours[23] = .1249, 3.8751
			},
			"more hours known than there are": func(m *model.Model) { m.Clusters[0].HoursKnown = 5 },
			"unknown days negative":           func(m *model.Model) { m.Clusters[0].WeekdaysUnknown, m.Clusters[0].Weekdays[0] = -1, 2 },
			"weekdays beyond the size":        func(m *model.Model) { m.Clusters[0].Weekdays[0]++ },
			"category beyond the size":        func(m *model.Model) { m.Clusters[0].Categories[0].Count = 6 },
			"category's share":                func(m *model.Model) { m.Clusters[0].Categories[0].Share = .9 },
			"category's lift":                 func(m *model.Model) { m.Clusters[0].Categories[0].Lift = -1 },
			"category of no row": func(m *model.Model) {
				m.Clusters[0].Categories[0].Count, m.Clusters[0].Categories[0].Share = 0, 0
			},
			"categories out of order": func(m *model.Model) {
				m.Clusters[0].Categories = []model.Category{{ID: "b", Count: 2, Share: .4}, {ID: "a", Count: 2, Share: .4}}
			},
			"neighborhood's share": func(m *model.Model) { m.Clusters[0].Neighborhoods[0].Share = .9 },
			"neighborhood of no row": func(m *model.Model) {
				m.Clusters[0].Neighborhoods[0].Count, m.Clusters[0].Neighborhoods[0].Share = 0, 0
			},
			"neighborhoods out of order": func(m *model.Model) {
				m.Clusters[0].Neighborhoods = []model.Neighborhood{{ID: "a", Count: 1, Share: .2}, {ID: "b", Count: 2, Share: .4}}
			},
		}},
		{"spots", sample, map[string]change{
			"number":                 func(m *model.Model) { m.Spots[1].Spot = 2 },
			"off the earth":          func(m *model.Model) { m.Spots[0].Lat = 91 },
			"no circle":              func(m *model.Model) { m.Spots[0].RadiusM = 0 },
			"no crime":               func(m *model.Model) { m.Spots[0].Crimes, m.Spots[0].Share = 0, 0 },
			"beyond trained":         func(m *model.Model) { m.Spots[0].Crimes, m.Spots[0].Share = 9, 1.125 },
			"share":                  func(m *model.Model) { m.Spots[0].Share = .4 },
			"expected below 0":       func(m *model.Model) { m.Spots[0].Expected = -.1 },
			"ratio below 0":          func(m *model.Model) { *m.Spots[0].Ratio = -.1 },
			"p beyond 1":             func(m *model.Model) { m.Spots[0].PAdjusted = 1.1 },
			"p below 0":              func(m *model.Model) { m.Spots[0].PAdjusted = -.1 },
			"in no cluster":          func(m *model.Model) { m.Spots[0].Cluster = nil },
			"cluster beyond k":       func(m *model.Model) { *m.Spots[0].Cluster = 2 },
			"cluster -1":             func(m *model.Model) { *m.Spots[0].Cluster = -1 },
			"categories":             func(m *model.Model) { m.Spots[1].Categories[0].Count = 4 },
			"moved by -1":            func(m *model.Model) { m.Spots[0].Previous.MovedM = -1 },
			"two continue the same":  func(m *model.Model) { m.Spots[1].Previous = &model.PreviousSpot{Spot: 1} },
			"one that is gone, too":  func(m *model.Model) { m.Spots[0].Previous.Spot = 0 },
			"one before is missing":  func(m *model.Model) { m.SpotsGone = nil },
			"gone off the earth":     func(m *model.Model) { m.SpotsGone[0].Lon = 181 },
			"gone of no crime":       func(m *model.Model) { m.SpotsGone[0].Before = 0 },
			"gone of -1 crimes now":  func(m *model.Model) { m.SpotsGone[0].Now = -1 },
			"gone of more than all":  func(m *model.Model) { m.SpotsGone[0].Now = 9 },
			"previous without model": func(m *model.Model) { m.AlignedTo, m.Clusters[0].Previous = nil, nil },
		}},
		{"spots", untrainable, map[string]change{
			"in a cluster that is not there": func(m *model.Model) {
				m.Rows = model.Rows{Total: 10, Trained: 10, DistinctPlaces: 1}
				m.Spots = sample().Spots[:1]
				m.Spots[0].Share, m.Spots[0].Previous = .4, nil
			},
			"gone": func(m *model.Model) { m.SpotsGone = sample().SpotsGone },
		}},
	} {
		for name, change := range tt.cases {
			t.Run(tt.reason+"/"+name, func(t *testing.T) {
				m := tt.from()
				change(m)
				if got, err := model.Decode(m.Encode()); got != nil || reason(err) != tt.reason {
					t.Errorf("Decode = %v, %v; want reason %s", got, err, tt.reason)
				}
			})
		}
	}
}
