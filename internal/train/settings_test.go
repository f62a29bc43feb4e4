package train_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/train"
)

// TestTheFirstModelChoosesK: what a sweep suggests for its rows; the ones after
// it keep it, and each is the same bytes when it is trained again, on any
// number of workers.
func TestTheFirstModelChoosesK(t *testing.T) {
	one, two := testdata(t, "batch-000001.csv"), testdata(t, "batch-000002.csv")
	auto := model.Auto.Settings(model.DefaultSettings())
	first := fit(t, 1, one, auto, nil)
	if first.Settings.KFrom != model.FromData || first.Settings.K < 2 || first.Settings.K > 15 || len(first.Clusters) != first.Settings.K {
		t.Fatalf("settings %+v with %d clusters", first.Settings, len(first.Clusters))
	}
	previous := *first
	previous.Settings.K = 3 // as if another batch had chosen
	previous.Clusters = previous.Clusters[:3]
	if kept := fit(t, 2, two, auto, &previous); kept.Settings.K != 3 || len(kept.Clusters) != 3 {
		t.Errorf("after a model of 3 areas: %+v", kept.Settings)
	}
	flag := first.Settings
	flag.KFrom = model.FromFlag
	given := fit(t, 1, one, flag, nil)
	if !slices.EqualFunc(given.Clusters, first.Clusters, func(a, b model.Cluster) bool { return a.Size == b.Size && a.Centroid.EastKm == b.Centroid.EastKm }) {
		t.Error("the same k, given, makes other areas")
	}
	was := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(was)
	auto.Workers = 8
	if again := fit(t, 1, one, first.Settings, nil); !bytes.Equal(again.Encode(), first.Encode()) {
		t.Error("the file's own settings give other bytes")
	}
	if again := fit(t, 1, one, auto, nil); !bytes.Equal(again.Encode(), first.Encode()) {
		t.Error("8 workers on one processor give other bytes")
	}
}

// TestKFromTooFewPlaces: the least k is tried, and is too many for one place.
func TestKFromTooFewPlaces(t *testing.T) {
	auto := model.Auto.Settings(model.DefaultSettings())
	m := fit(t, 1, rowsAt(t, "-104.9,39.7", "-104.9,39.7", "-104.9,39.7"), auto, nil)
	if m.Status != model.Untrainable || m.Reason != "distinct usable places: 1; clusters asked for: 2" {
		t.Errorf("one place: %s, %q", m.Status, m.Reason)
	}
	m = fit(t, 1, rowsAt(t, "-104.9,39.7", "-104.9,39.7", "-104.8,39.7"), auto, nil)
	if m.Status != model.Converged || len(m.Clusters) != 2 {
		t.Errorf("two places: %s with %d clusters", m.Status, len(m.Clusters))
	}
}

// rowsAt is a batch of rows at lon,lat, each an incident of its own.
func rowsAt(t *testing.T, places ...string) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString("INCIDENT_ID,OFFENSE_ID,OFFENSE_CODE,OFFENSE_CODE_EXTENSION,OFFENSE_TYPE_ID,OFFENSE_CATEGORY_ID,FIRST_OCCURRENCE_DATE,REPORTED_DATE,GEO_LON,GEO_LAT,DISTRICT_ID,PRECINCT_ID,NEIGHBORHOOD_ID,IS_CRIME,IS_TRAFFIC,VICTIM_COUNT\n")
	for i, at := range places {
		fmt.Fprintf(&b, "%d,%d,,,,,,2019-01-02T00:13:00,%s,,,,1,0,1\n", i+1, i+1, at)
	}
	return []byte(b.String())
}

// TestGeoTimePartsTheHours: crimes of one place by day and by night are two
// areas, numbered after the model before by place and hour, and the model file
// holds where on the dial each lies.
func TestGeoTimePartsTheHours(t *testing.T) {
	csv := rowsAt(t, slices.Repeat([]string{"-104.9,39.7"}, 10)...)
	for i := range 10 {
		hour := "03"
		if i%3 == 0 {
			hour = "14"
		}
		csv = bytes.Replace(csv, []byte(",,,,,,2019-01-02T"), []byte(",,,,,2019-01-01T"+hour+":00:00,2019-01-02T"), 1)
	}
	csv = bytes.Replace(csv, []byte("2019-01-01T03:00:00"), nil, 1) // one without an hour
	s := settings(3)
	s.Features = string(feature.GeoTime)
	m := fit(t, 1, csv, s, nil)
	if m.Status != model.Converged || len(m.Features) != 4 || m.Rows.Trained != 10 || m.Rows.DistinctPlaces != 3 {
		t.Fatalf("%s %+v %+v", m.Status, m.Rows, m.Features)
	}
	// By size: 5 by night, 4 by day, 1 without an hour in the middle of the dial.
	want := [][]float64{{2.828427314758301, 2.828427314758301}, {-2, -3.464101791381836}, {0, 0}}
	for i, c := range m.Clusters {
		if !slices.Equal(c.Centroid.Extra, want[i]) || c.RadiusM != 0 {
			t.Errorf("area %d of %d lies at %v of the dial, want %v; radius %v m", i, c.Size, c.Centroid.Extra, want[i], c.RadiusM)
		}
	}
	if c := m.Clusters[2]; c.Size != 1 || c.HoursUnknown != 1 {
		t.Errorf("the row without an hour: %+v", c)
	}
	other := fit(t, 2, csv, s, m)
	for i, c := range other.Clusters {
		if c.Previous == nil || c.Previous.Cluster != i || c.Previous.MovedM != 0 || c.Size != m.Clusters[i].Size {
			t.Errorf("area %d of the next model: %+v", i, c.Previous)
		}
	}
}

// TestGeoTimeRefusesRowsOfWhichMostHaveNoTime: they would all lie in the middle of
// the dial, and the areas would be those of geo under another name.
func TestGeoTimeRefusesRowsOfWhichMostHaveNoTime(t *testing.T) {
	s := settings(2)
	s.Features = string(feature.GeoTime)
	for _, from := range []string{model.FromFlag, model.FromData} {
		s.KFrom = from
		for timed, status := range map[int]model.Status{5: model.Converged, 4: model.Untrainable} {
			csv := rowsAt(t, slices.Repeat([]string{"-104.9,39.7", "-104.8,39.8"}, 5)...)
			csv = bytes.Replace(csv, []byte(",,,,,,2019-01-02T"), []byte(",,,,,2019-01-01T03:00:00,2019-01-02T"), timed)
			m := fit(t, 1, csv, s, nil)
			if m.Status != status || (m.Reason == "") != (status == model.Converged) {
				t.Errorf("k from %s, %d of 10 with a time: %s %q", from, timed, m.Status, m.Reason)
			}
			if status == model.Untrainable && !strings.Contains(m.Reason, "6 of 10 usable rows") {
				t.Errorf("%q", m.Reason)
			}
			s.Features = string(feature.Geo)
			if m := fit(t, 1, csv, s, nil); m.Status != model.Converged {
				t.Errorf("geo: %s %q", m.Status, m.Reason)
			}
			s.Features = string(feature.GeoTime)
		}
	}
}

// TestWeightIncidentCountsWhatItLeavesOut: in the model file, and what a
// comparison or the api counts again is the same.
func TestWeightIncidentCountsWhatItLeavesOut(t *testing.T) {
	csv := rowsAt(t, "-104.9,39.7", "-104.9,39.7", "-104.8,39.7", ",", "-104.8,39.7", "-120,39")
	csv = bytes.ReplaceAll(csv, []byte("\n2,2,"), []byte("\n1,2,"))
	csv = bytes.ReplaceAll(csv, []byte("\n5,5,"), []byte("\n3,5,"))
	s := settings(2)
	s.Weight = model.Incident
	m := fit(t, 1, csv, s, nil)
	want := model.Rows{Total: 6, Trained: 2, NoLocation: 1, OutOfArea: 1, Repeated: 2, DistinctPlaces: 2}
	if m.Rows != want {
		t.Errorf("rows %+v, want %+v", m.Rows, want)
	}
	if file := string(m.Encode()); !strings.Contains(file, `"repeated": 2`) {
		t.Error("the file does not count them")
	}
	s.Weight = model.Offense
	if file := string(fit(t, 1, csv, s, nil).Encode()); strings.Contains(file, `"repeated"`) {
		t.Error("every row counts, and some are counted as repeated")
	}
}

// TestChoosingKTellsHowFarItIs: it is what takes longest.
func TestChoosingKTellsHowFarItIs(t *testing.T) {
	auto := model.Auto.Settings(model.DefaultSettings())
	auto.Restarts, auto.Effort = 2, string(kmeans.Normal)
	var said []string
	csv := rowsAt(t, "-104.9,39.7", "-104.8,39.7", "-104.7,39.7", "-104.6,39.7")
	var mu sync.Mutex
	tell := func(stage, detail string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, stage+" "+detail)
	}
	_, err := train.Trainer{Progress: tell}.Batch(t.Context(), manifest(1, csv), csv, auto, feature.Default(), nil)
	if err != nil || !slices.Contains(said, "k auto 31 of 31 samples") {
		t.Errorf("%v; it told %q", err, said)
	}
}
