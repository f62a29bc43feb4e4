package report_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/analysis/report"
	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// read returns the models of package train's test files.
func read(t *testing.T) []*model.Model {
	t.Helper()
	var all []*model.Model
	for _, name := range []string{"model-000001.json", "model-000002.json"} {
		data, err := os.ReadFile("../../train/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := model.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// sheet is the sheet of the last of models, which are those of a folder.
func sheet(t *testing.T, models []*model.Model) string {
	t.Helper()
	v := &catalog.View{First: models[0].Model, Oldest: models[0].Model}
	for _, m := range models {
		v.Models = append(v.Models, &catalog.Model{Model: m, SHA256: strings.Repeat("0", 64)})
	}
	data, err := report.HTML(v, v.LastModel())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTheSheetSaysThatPointsWereMoved(t *testing.T) {
	m := read(t)[0]
	area := crime.Denver
	area.MaskedM = 43
	v := &catalog.View{Source: batch.Source{Area: area.String()}, First: m.Model, Oldest: m.Model,
		Models: []*catalog.Model{{Model: m, SHA256: strings.Repeat("0", 64)}}}
	data, err := report.HTML(v, m.Model)
	if want := "distances below 43 m mean nothing"; err != nil || !strings.Contains(string(data), want) || strings.Contains(sheet(t, read(t)), "mean nothing") {
		t.Errorf("%v; the sheet lacks %q, or another has it", err, want)
	}
}

func TestSameModelsGiveTheSameBytes(t *testing.T) {
	a, b := sheet(t, read(t)), sheet(t, read(t))
	if a != b {
		t.Error("two sheets of the same models differ")
	}
}

func TestTheSheetSaysOfHowManyCrimesTheHourIsKnown(t *testing.T) {
	m := *read(t)[0]
	m.Clusters = slices.Clone(m.Clusters)
	c := &m.Clusters[0]
	c.HoursKnown, c.HoursUnknown = c.Size/2, 1
	page := sheet(t, []*model.Model{&m})
	for _, want := range []string{fmt.Sprintf("Hour known for %.1f\u00a0%% of its crimes", 100*float64(c.HoursKnown)/float64(c.Size)), "are in no hour, for they can have happened at any"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
}

func TestSheetLoadsNothing(t *testing.T) {
	page := sheet(t, read(t))
	for _, bad := range []string{"<script", "<link", "<img", "src=", "url(", "@import", "http:", "https:", "style=\""} {
		if strings.Contains(page, bad) {
			t.Errorf("the sheet holds %q; it must be whole by itself, and its policy allows no such thing", bad)
		}
	}
	if !strings.Contains(report.Policy, "default-src 'none'") {
		t.Errorf("policy %q lets the sheet load something", report.Policy)
	}
}

func TestTextOfTheDataIsNoHTML(t *testing.T) {
	models := read(t)
	m := *models[0]
	m.Title, m.Clusters = `<b onclick="x">city</b>`, append([]model.Cluster(nil), m.Clusters...)
	m.Clusters[0].Neighborhoods = []model.Neighborhood{{ID: "<script>alert(1)</script>", Count: 9, Share: 0.5}}
	page := sheet(t, []*model.Model{&m})
	if strings.Contains(page, "<b onclick") || strings.Contains(page, "<script>") {
		t.Error("a title or a neighborhood became HTML")
	}
}

func TestInventedCityIsSaidWhereItIsShown(t *testing.T) {
	m := *read(t)[0]
	for _, invented := range []bool{true, false} {
		m.Invented = invented
		if got := strings.Contains(sheet(t, []*model.Model{&m}), "invented city"); got != invented {
			t.Errorf("invented %v: the sheet says so: %v", invented, got)
		}
	}
}

func TestChangeIsSaidOnlyBeyondItsFloor(t *testing.T) {
	models := read(t)
	same := *models[0]
	same.Model, same.AlignedTo = 2, ptr(1)
	same.Clusters = append([]model.Cluster(nil), same.Clusters...)
	for i := range same.Clusters {
		same.Clusters[i].Previous = &model.Previous{Cluster: i}
	}
	if page := sheet(t, []*model.Model{models[0], &same}); !strings.Contains(page, "within the usual ups and downs") {
		t.Error("the same shares again are called a change")
	}
	other := same
	other.Clusters = append([]model.Cluster(nil), same.Clusters...)
	other.Clusters[0].Share, other.Clusters[0].Size = 0.95, other.Rows.Trained
	other.Clusters[1].Previous = nil
	page := sheet(t, []*model.Model{models[0], &other})
	for _, want := range []string{"beyond the floor", "Area 0: ", "95.0\u00a0% now (more", "Area 1 is new", "Area 1 of model 1 is gone"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
}

func TestShareThatMovedAsItOftenDoesIsUsual(t *testing.T) {
	first := read(t)[0]
	history := []*model.Model{first}
	for n := 2; n <= 7; n++ { // area 0 swings by 20 points each time
		m := *first
		m.Model, m.AlignedTo = n, ptr(n-1)
		m.Clusters = append([]model.Cluster(nil), first.Clusters...)
		for i := range m.Clusters {
			m.Clusters[i].Previous = &model.Previous{Cluster: i}
		}
		if n%2 == 0 {
			m.Clusters[0].Share += 0.2
		}
		history = append(history, &m)
	}
	if page := sheet(t, history); !strings.Contains(page, "within the usual ups and downs") {
		t.Error("a swing that the five changes before had, too, is called a change")
	}
}

// The densest spot of an airport's area may lie beyond its radius.
func TestEverySpotLiesOnTheDrawing(t *testing.T) {
	m := *read(t)[0]
	m.Clusters = append([]model.Cluster(nil), m.Clusters...)
	far := *m.Clusters[0].Densest
	far.Lon += 0.4
	m.Clusters[0].Densest = &far
	page := sheet(t, []*model.Model{&m})
	var width, height float64
	_, box, _ := strings.Cut(page, `<svg viewBox="0 0 `)
	if _, err := fmt.Sscanf(box, "%f %f", &width, &height); err != nil {
		t.Fatal(err)
	}
	marks := strings.Split(page, `<path transform="translate(`)[1:]
	if len(marks) != len(m.Clusters) {
		t.Fatalf("%d diamonds of %d areas", len(marks), len(m.Clusters))
	}
	for _, mark := range marks {
		var x, y float64
		if _, err := fmt.Sscanf(mark, "%f %f", &x, &y); err != nil || x < 0 || x > width || y < 0 || y > height {
			t.Errorf("a diamond at %v, %v on %v by %v (%v)", x, y, width, height, err)
		}
	}
}

func TestUntrainableModelHasASheet(t *testing.T) {
	m := *read(t)[0]
	m.Status, m.Reason, m.Clusters, m.Silhouette = model.Untrainable, "2 places, fewer than k", nil, nil
	if page := sheet(t, []*model.Model{&m}); !strings.Contains(page, "no areas") || !strings.Contains(page, m.Reason) {
		t.Error("the sheet does not say why there are no areas")
	}
}

func TestSheetSaysWhatItDoesNotKnow(t *testing.T) {
	page := []byte(sheet(t, read(t)))
	for _, want := range []string{"reported crime", "Counts are not risk", "not a hot spot", "have no location"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
}

func ptr(n int) *int { return &n }
