package arch_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/source"
)

// example returns the first code block of the given language under a heading
// of docs/formats.md.
func example(t *testing.T, heading, language string) string {
	t.Helper()
	text := read(t).text(t, "docs/formats.md")
	_, text, ok := strings.Cut(text, "\n## "+heading+"\n")
	_, text, ok2 := strings.Cut(text, "\n```"+language+"\n")
	block, _, ok3 := strings.Cut(text, "\n```\n")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("docs/formats.md: no %s example under the heading %s", language, heading)
	}
	return block
}

// TestExamplesOfFilesHaveTheirFields holds the examples of docs/formats.md to
// the types that are written: no member more, none less, in the same order.
func TestExamplesOfFilesHaveTheirFields(t *testing.T) {
	for _, tt := range []struct {
		heading string
		file    any
	}{
		{"Sidecar", new(source.Meta)},
		{"Manifest", new(batch.Manifest)},
		{"Model", new(model.Model)},
	} {
		text := example(t, tt.heading, "json")
		if err := json.Unmarshal([]byte(text), tt.file); err != nil {
			t.Errorf("docs/formats.md: %s: %v", tt.heading, err)
			continue
		}
		written, err := json.Marshal(tt.file)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := members(t, []byte(text)), members(t, written); !slices.Equal(got, want) {
			t.Errorf("docs/formats.md: %s: the example has the members\n%s\nthe file has\n%s\nchange the one that is wrong; a change of the file needs a new version of its format",
				tt.heading, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}

// members lists the names of the members of a JSON text in their order.
func members(t *testing.T, text []byte) []string {
	t.Helper()
	var out []string
	var walk func(d *json.Decoder, under string)
	walk = func(d *json.Decoder, under string) {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch token {
		case json.Delim('{'):
			for d.More() {
				name, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				path := fmt.Sprintf("%s.%s", under, name)
				out = append(out, path)
				walk(d, path)
			}
		case json.Delim('['):
			for d.More() {
				walk(d, under)
			}
		default:
			return
		}
		if _, err := d.Token(); err != nil { // the closing one
			t.Fatal(err)
		}
	}
	walk(json.NewDecoder(bytes.NewReader(text)), "")
	return out
}

// TestTheMessageOfTheDocsIsOne computes the chain of docs/formats.md as a
// reader would.
func TestTheMessageOfTheDocsIsOne(t *testing.T) {
	parts := map[string]string{}
	for line := range strings.Lines(example(t, "Message", "message")) {
		name, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		parts[name] = strings.TrimLeft(rest, " ")
	}
	header, err := crime.ParseHeader([]byte(parts["header"]))
	if err != nil {
		t.Fatalf("docs/formats.md: header %q: %v", parts["header"], err)
	}
	record, err := crime.ParseValue([]byte(parts["value"]))
	if err != nil {
		t.Fatalf("docs/formats.md: value: %v", err)
	}
	if got := record.Text[crime.ColIncidentID]; got != parts["key"] {
		t.Errorf("docs/formats.md: the key is %s, the INCIDENT_ID %s", parts["key"], got)
	}
	start := crime.StartChain(header.Source)
	if got := start.Next([]byte(parts["value"])); got != header.Chain {
		t.Errorf("docs/formats.md: the link of row 1 is %s, not %s", got, header.Chain)
	}
	if text := read(t).text(t, "docs/formats.md"); !strings.Contains(text, "# "+start.String()+" ") {
		t.Errorf("docs/formats.md: chain(0) of the example is %s", start)
	}
}

// TestEveryReasonIsListed holds crime.Reasons and the table of docs/formats.md
// to the constants: the same reasons in the same order.
func TestEveryReasonIsListed(t *testing.T) {
	s := read(t)
	var declared []crime.Reason
	constant := regexp.MustCompile(`(?m)^\t\w+ +Reason = "(\w+)"`)
	for _, m := range constant.FindAllStringSubmatch(s.text(t, "internal/crime/reason.go"), -1) {
		declared = append(declared, crime.Reason(m[1]))
	}
	if !slices.Equal(crime.Reasons, declared) {
		t.Errorf("internal/crime/reason.go: the constants are\n%v\nReasons are\n%v", declared, crime.Reasons)
	}
	_, table, _ := strings.Cut(s.text(t, "docs/formats.md"), "\n| reason | the record |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var told []crime.Reason
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(table, -1) {
		told = append(told, crime.Reason(m[1]))
	}
	if !slices.Equal(crime.Reasons, told) {
		t.Errorf("docs/formats.md: the table of reasons has\n%v\nReasons are\n%v", told, crime.Reasons)
	}
}

var (
	required = regexp.MustCompile(`(?m)^\t(\S+\.\S+/\S+) v\S+$`) // without "// indirect"
	tabled   = regexp.MustCompile(`(?m)^\| ([^|]*\.[a-z]+/[^|]*) \|`)
)

func TestEveryDependencyHasItsReason(t *testing.T) {
	const doc = "docs/decisions/0007-dependencies.md"
	s := read(t)
	var explained []string
	for _, m := range tabled.FindAllStringSubmatch(s.text(t, doc), -1) {
		explained = append(explained, strings.Split(m[1], ", ")...)
	}
	var direct []string
	for _, m := range required.FindAllStringSubmatch(s.text(t, "go.mod"), -1) {
		direct = append(direct, m[1])
		if s.importsModule(m[1]) && !slices.Contains(explained, m[1]) { // go mod tidy removes what is not imported
			t.Errorf("go.mod requires %s, and %s does not say what for; add a row, or do without it", m[1], doc)
		}
	}
	for _, e := range explained {
		if !slices.Contains(direct, e) {
			t.Errorf("%s explains %s, which go.mod does not require directly; take the row out", doc, e)
		}
	}
}

func (s *tree) importsModule(module string) bool {
	for _, f := range s.files {
		for _, i := range f.imports {
			if i == module || strings.HasPrefix(i, module+"/") {
				return true
			}
		}
	}
	return false
}
