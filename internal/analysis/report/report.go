// Package report writes the sheet of a model: one page of HTML that needs
// nothing else, to read without a network and to print.
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
	"slices"
	"strings"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

//go:embed report.html
var page string

//go:embed report.css
var style string

var sheet = template.Must(template.New("report").Funcs(template.FuncMap{
	"percent": percent, "meters": meters, "count": count, "name": title, "plain": plain, "day": day, "dec": dec,
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
	Words   string
	Map     *drawing
	Areas   []area
	Changes *changes
	Hours   int // trained rows that are in no hour
	MaskedM int // catalog.View.MaskedM
}

// area is a cluster and its drawing.
type area struct {
	model.Cluster
	PerDay float64
	Known  float64 // share of the crimes whose hour is known
	Bars   []bar
	Most   float64 // the greatest number of an hour
}

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
	m := served.Model
	d := data{
		Model: m, Style: template.CSS(style), Words: model.NameInWords(served.SHA256),
		Map: draw(m, backdrop), Changes: findChanges(v, m), MaskedM: v.MaskedM(),
	}
	days := m.Batch.Reported.Days()
	for _, c := range m.Clusters {
		d.Hours += c.HoursUnknown
		most := max(1, slices.Max(c.Hours[:]))
		d.Areas = append(d.Areas, area{c, model.Round(float64(c.Size)/days, 1), model.Share(c.HoursKnown, c.Size), bars(c.Hours, most), most})
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

// bar is an hour in the drawing of an area's hours, 240 by 40.
type bar struct{ X, Y, Height float64 }

func bars(hours [24]float64, most float64) []bar {
	all := make([]bar, len(hours))
	for i, n := range hours {
		h := model.Round(40*n/most, 1)
		all[i] = bar{float64(10 * i), model.Round(40-h, 1), h}
	}
	return all
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

func plain(id string) string { return strings.ReplaceAll(id, "-", " ") }

// day writes 2019-01-02T00:13:00 as 2 January 2019.
func day(local string) string {
	t, ok := crime.ParseDate(local)
	if !ok {
		return local
	}
	return t.Format("2 January 2006")
}
