package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"

	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
)

// text is made of lines for a person.
type text struct{ strings.Builder }

// line adds a line.
func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// fill is a template of package text/template with what it is made of: n writes a
// count of rows, join a list.
func fill(form string, of any) (string, error) {
	var t text
	words := template.FuncMap{"n": cli.Count[int64], "join": strings.Join}
	err := template.Must(template.New("").Funcs(words).Parse(form)).Execute(&t, of)
	return t.String(), err
}

// printJSON prints v for a program, an item a line.
func printJSON(app *cli.App, v any) error {
	e := json.NewEncoder(app.Out)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// nameOf is the SHA-256 of a model's file as six words: two people whose models
// have the same name have the same model.
func nameOf(m *model.Model) string {
	c := *m // Encode sets the checksum, and m is shared
	sum := sha256.Sum256(c.Encode())
	return model.NameInWords(hex.EncodeToString(sum[:]))
}

// countAreas writes n areas in English: 1 area, 2 areas.
func countAreas(n int) string {
	if n == 1 {
		return "1 area"
	}
	return fmt.Sprintf("%d areas", n)
}

// dateOf is the date of an ISO 8601 time.
func dateOf(t string) string {
	date, _, _ := strings.Cut(t, "T")
	return date
}

// peakMemory writes the greatest memory of this process, "" when it is not known.
func peakMemory() string {
	if peak := cli.PeakMemory(); peak > 0 {
		return fmt.Sprintf(", %d MB at most", peak>>20)
	}
	return ""
}
