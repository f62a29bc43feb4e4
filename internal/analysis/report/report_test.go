package report_test

import (
	"fmt"
	"html"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

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

// view is a folder of models, each with a batch that has the lines of CSV.
func view(t *testing.T, models []*model.Model, lines ...[]string) *catalog.View {
	t.Helper()
	v := &catalog.View{First: models[0].Model, Oldest: models[0].Model}
	for i, m := range models {
		b := &batch.Manifest{Batch: m.Model, FirstRow: 1}
		csv := crime.AppendHeader(nil)
		if i < len(lines) {
			b.Rows, b.Window = len(lines[i]), batch.ByWeek.Window(m.Batch.Reported.First)
			b.Reported = batch.Span(m.Batch.Reported)
			csv = append(csv, strings.Join(lines[i], "")...)
		}
		rows, err := catalog.ReadBatch(b, csv)
		if err != nil {
			t.Fatal(err)
		}
		v.Models = append(v.Models, &catalog.Model{Model: m, SHA256: strings.Repeat("0", 64)})
		v.Batches = append(v.Batches, rows)
	}
	return v
}

// sheetOf is the sheet of the last model of v.
func sheetOf(t *testing.T, v *catalog.View) string {
	t.Helper()
	data, err := report.Bare(v, v.LastModel())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// sheet is the sheet of the last of models, which are those of a folder.
func sheet(t *testing.T, models []*model.Model) string {
	t.Helper()
	return sheetOf(t, view(t, models))
}

func TestTheSheetSaysThatPointsWereMoved(t *testing.T) {
	area := crime.Denver
	area.MaskedM = 43
	v := view(t, read(t)[:1])
	v.Source = batch.Source{Area: area.String()}
	if want := "distances below 43 m mean nothing"; !strings.Contains(sheetOf(t, v), want) || strings.Contains(sheet(t, read(t)), "mean nothing") {
		t.Errorf("the sheet lacks %q, or another has it", want)
	}
}

func TestSameModelsGiveTheSameBytes(t *testing.T) {
	a, b := sheet(t, read(t)), sheet(t, read(t))
	if a != b {
		t.Error("two sheets of the same models differ")
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

// weeks are nine models of a week each, and n rows of a neighborhood in each, but in the last.
func weeks(t *testing.T, n, last int) *catalog.View {
	t.Helper()
	var models []*model.Model
	var lines [][]string
	for i := range 9 {
		m := *read(t)[0]
		day := time.Date(2024, 1, 1+7*i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		m.Model, m.Batch.Number, m.Batch.Reported = i+1, i+1, model.Reported{First: day + "T08:00:00", Last: day + "T09:00:00"}
		rows := n
		if i == 8 {
			rows = last
		}
		models = append(models, &m)
		lines = append(lines, slices.Repeat([]string{"1,1000,2203,0,burglary,white-collar-crime,,," + day + "T08:00:00,-104.95,39.74,1,111,five-points,1,0,1,\n"}, rows))
	}
	return view(t, models, lines...)
}

func TestMoreAndFewerAreSaidFirst(t *testing.T) {
	for rows, want := range map[int][]string{
		20: {"<strong>nothing beyond the usual.</strong>", "batches in its past: 8 of 8, in the areas of model 8."},
		41: {"4 of 4 counts are beyond the usual", "<li class=\"said\">more, <strong>Five Points</strong>: +21 reports (20 usual, 41 now; ", "<strong>white collar crime</strong>: +21", "<strong>the whole city</strong>"},
		2:  {"<li class=\"said\">fewer, <strong>Five Points</strong>: -18 reports (20 usual, 2 now; "},
	} {
		page := html.UnescapeString(sheetOf(t, weeks(t, 20, rows)))
		for _, part := range append(want, "<h1>A small city, week of 26 Feb 2024") {
			if !strings.Contains(page, part) {
				t.Errorf("%d rows: the sheet does not say %q", rows, part)
			}
		}
		if more := strings.Index(page, "More and fewer than usual"); more < 0 || more > strings.Index(page, "<h2>Areas") {
			t.Errorf("what is more and fewer is not said before the areas")
		}
	}
	v := weeks(t, 20, 0)
	v.Models[8].Model.Rows = model.Rows{}
	if page := sheetOf(t, v); strings.Contains(page, "reported from") || !strings.Contains(page, "The data have no row of these days.") {
		t.Error("the sheet of a week without rows says when they were reported")
	}
	if page := sheet(t, read(t)); !strings.Contains(page, "not judged: ") || strings.Contains(page, "<li") {
		t.Error("the sheet of a batch without rows does not say that it was not judged")
	}
}

// The sheet is one page: of very many changes it has the first.
func TestChangesThatFindNoRoomAreCounted(t *testing.T) {
	v := weeks(t, 20, 20)
	var lines []string
	for i := range 30 {
		for range 30 {
			lines = append(lines, fmt.Sprintf("1,1000,2203,0,burglary,larceny,,,2024-02-26T08:00:00,,,1,111,hood-%d,1,0,1,\n", i))
		}
	}
	m := v.Models[8].Model
	v.Batches[8] = view(t, []*model.Model{m}, lines).Batches[0]
	if page := sheetOf(t, v); strings.Count(page, "<strong>")-1 != 24 || !strings.Contains(page, "and 11 others, which hotspot compare lists") {
		t.Errorf("%d changes on the sheet", strings.Count(page, "<strong>")-1)
	}
}

// The spot of an airport's area may lie beyond its radius.
func TestEverySpotLiesOnTheDrawing(t *testing.T) {
	m := *read(t)[0]
	zero := 0
	near := model.Spot{Cluster: &zero, Lon: m.Clusters[0].Centroid.Lon, Lat: m.Clusters[0].Centroid.Lat, Crimes: 20, Expected: 2.5}
	far := near
	far.Spot, far.Lon = 1, near.Lon+.4
	m.Spots = []model.Spot{near, far}
	page := sheet(t, []*model.Model{&m})
	var width, height float64
	_, box, _ := strings.Cut(page, `<svg viewBox="0 0 `)
	if _, err := fmt.Sscanf(box, "%f %f", &width, &height); err != nil {
		t.Fatal(err)
	}
	marks := strings.Split(page, `<path transform="translate(`)[1:]
	if len(marks) != 2 || !strings.Contains(page, "<td>20</td><td>2.5</td>") {
		t.Fatalf("%d diamonds of 2 spots, or the list lacks one", len(marks))
	}
	for _, mark := range marks {
		var x, y float64
		if _, err := fmt.Sscanf(mark, "%f %f", &x, &y); err != nil || x < 0 || x > width || y < 0 || y > height {
			t.Errorf("a diamond at %v, %v on %v by %v (%v)", x, y, width, height, err)
		}
	}
}

func TestTheSheetSaysWhichSpotsAreNewAndWhichAreGone(t *testing.T) {
	models := read(t)
	m := *models[1]
	m.Spots, m.SpotsGone = nil, nil
	if page := sheet(t, []*model.Model{models[0], &m}); !strings.Contains(page, "No place stands out") {
		t.Error("the sheet does not say that there is no spot")
	}
	m.Spots = []model.Spot{{Cluster: new(0), Previous: &model.PreviousSpot{MovedM: 151}}, {Previous: &model.PreviousSpot{MovedM: 51}, Cluster: new(0)}, {Spot: 1, Cluster: new(0)}}
	m.SpotsGone = []model.SpotGone{{Lon: -104.9, Lat: 39.7, Before: 31, Now: 2}}
	page := sheet(t, []*model.Model{models[0], &m})
	for _, want := range []string{"<td>moved 151 m</td>", "<td>stays</td>", "<td>new</td>", "39.7000, -104.9000, with 31 crimes before and 2 now"} {
		if !strings.Contains(page, want) {
			t.Errorf("the sheet does not say %q", want)
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

// The words of docs/design.md stand under every sheet.
func TestSheetSaysWhatItDoesNotKnow(t *testing.T) {
	design, err := os.ReadFile("../../../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	_, words, _ := strings.Cut(string(design), "## What the numbers do not say")
	words, _, _ = strings.Cut(words, "##")
	page := sheet(t, read(t))
	for _, want := range []string{strings.Join(strings.Fields(words), " "), "not a hot spot", "Rows without a location: "} {
		if !strings.Contains(page, want) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
}
