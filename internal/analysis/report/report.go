// Package report writes the sheet of a model, for an analyst's Monday: what is more
// and fewer than usual, the areas, and what the data cannot say. It is one page of
// HTML that needs nothing else, to read without a network and to print.
//
// It stands beside package api, which serves it, and the command hotspot
// report. The sheet is a pure function of the view: it knows no clock and no
// file system, so the same folder gives the same bytes.
package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html/template"
	"strings"

	"hotspot/internal/analysis/past"
	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

//go:embed report.html
var page string

//go:embed report.css
var style string

var sheet = template.Must(template.New("report").Funcs(template.FuncMap{
	"percent": percent, "meters": meters, "count": count, "name": title, "plain": plain, "day": day, "dec": dec, "thing": thing,
	"color": color, "ink": ink,
}).Parse(page))

// Policy is the Content-Security-Policy under which a sheet shows as it is
// meant: its own style and nothing else.
var Policy = func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; frame-ancestors 'none'"
}()

// Form names the form of the sheet: another version of the program may make
// another sheet of the same models.
var Form = func() string {
	sum := sha256.Sum256([]byte(page + style))
	return hex.EncodeToString(sum[:4])
}()

// data is what the page's template shows.
type data struct {
	*model.Model
	Style   template.CSS
	Window  string // of the batch, as people say it; "" by rows
	Words   string
	Map     *drawing
	Areas   []area
	Past    *past.Result
	Changes []past.Count // the first of them
	Left    int          // the others
	MaskedM int          // catalog.View.MaskedM
}

// area is a cluster and its crimes a day.
type area struct {
	model.Cluster
	PerDay float64
}

// mostChanges is how many counts that are more or fewer find room on one page.
const mostChanges = 24

// HTML returns the sheet of model n of v. The error is that of View.Model, or a
// *catalog.LoadingError.
func HTML(v *catalog.View, n int) ([]byte, error) {
	served, err := v.Model(n)
	if err != nil {
		return nil, err
	}
	backdrop, err := v.Backdrop()
	if err != nil {
		return nil, err
	}
	return write(v, served, backdrop)
}

// write writes the sheet of a model of v.
func write(v *catalog.View, served *catalog.Model, backdrop *catalog.Backdrop) ([]byte, error) {
	rows, err := v.Rows(served)
	if err != nil {
		return nil, err
	}
	beside, err := past.Compare(v, served.Number(), past.Usual)
	if err != nil {
		return nil, err
	}
	m := served.Model
	changes := beside.Changes()
	room := min(len(changes), mostChanges)
	d := data{
		Model: m, Style: template.CSS(style), Window: rows.Window.String(), Words: model.NameInWords(served.SHA256),
		Map: draw(m, backdrop), Past: beside, Changes: changes[:room], Left: len(changes) - room, MaskedM: v.MaskedM(),
	}
	days := m.Days()
	for _, c := range m.Clusters {
		d.Areas = append(d.Areas, area{c, model.Round(float64(c.Size)/days, 1)})
	}
	var b bytes.Buffer
	if err := sheet.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("report: model %d: %w", m.Model, err)
	}
	return b.Bytes(), nil
}

// Okabe and Ito's colors, in the order in which the page uses them; a number
// always stands beside one.
var palette = [...]string{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#8a8a8a"}

func color(n int) string { return palette[n%len(palette)] }

func ink(n int) string {
	if n%len(palette) == 0 {
		return "#fff"
	}
	return "#000"
}

func percent(share float64) string { return fmt.Sprintf("%.1f\u00a0%%", model.Round(100*share, 1)) }

func dec(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") }

func meters(m float64) string {
	if m < 1000 {
		return fmt.Sprintf("%.0f\u00a0m", m)
	}
	return fmt.Sprintf("%.1f\u00a0km", m/1000)
}

// count writes 12345 as 12,345.
func count(n any) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// title makes five-points readable: Five Points. A name of up to three
// letters is an abbreviation: CBD.
func title(id string) string {
	if len(id) <= 3 {
		return strings.ToUpper(id)
	}
	words := strings.Split(id, "-")
	for i, w := range words {
		if w != "" && w[0] >= 'a' && w[0] <= 'z' {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// thing is what reports are counted of, in words.
func thing(t past.Thing) string {
	switch {
	case t.ID != "" && t.Of == past.Neighborhood:
		return title(t.ID)
	case t.ID != "" && t.Of == past.Category:
		return plain(t.ID)
	}
	return t.String()
}

func plain(id string) string { return strings.ReplaceAll(id, "-", " ") }

// day writes 2019-01-02T00:13:00 as 2 January 2019.
func day(local string) string {
	t, ok := crime.ParseDate(local)
	if !ok {
		return local
	}
	return t.Format("2 January 2006")
}
