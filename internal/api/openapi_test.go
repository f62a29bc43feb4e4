package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// openapi is the document as a test reads it.
type openapi struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	Parameters []struct {
		Name, In string
		Example  any
	}
	RequestBody struct {
		Content map[string]struct{ Example json.RawMessage }
	}
	Responses map[string]struct {
		Content map[string]struct {
			Schema  schema
			Example any
		}
	}
}

type schema = map[string]any

// check says where v is not as s says. A member that an object does not name
// is as wrong as one that is missing.
func (d *openapi) check(at string, s schema, v any) (wrong []string) {
	if ref, ok := s["$ref"].(string); ok {
		return d.check(at, d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")], v)
	}
	if all, ok := s["allOf"].([]any); ok {
		whole := schema{"type": "object", "properties": schema{}, "required": []any{}}
		for _, one := range all {
			part := one.(schema)
			if ref, ok := part["$ref"].(string); ok {
				part = d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
			}
			maps.Copy(whole["properties"].(schema), part["properties"].(schema))
			whole["required"] = append(whole["required"].([]any), part["required"].([]any)...)
		}
		return d.check(at, whole, v)
	}
	if one, ok := s["oneOf"].([]any); ok {
		for _, s := range one {
			if len(d.check(at, s.(schema), v)) == 0 {
				return nil
			}
		}
		return []string{at + " is of none of the forms"}
	}
	bad := func(format string, args ...any) { wrong = append(wrong, at+" "+fmt.Sprintf(format, args...)) }
	types, _ := s["type"].([]any)
	if t, ok := s["type"].(string); ok {
		types = []any{t}
	}
	is := "null"
	switch x := v.(type) {
	case bool:
		is = "boolean"
	case string:
		is = "string"
		if p, ok := s["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(x) {
			bad("is %q, not %s", x, p)
		}
	case float64:
		is = "number"
		if x == float64(int64(x)) && !slices.Contains(types, any("number")) {
			is = "integer"
		}
	case []any:
		is = "array"
		for i, e := range x {
			if items, ok := s["items"].(schema); ok {
				wrong = append(wrong, d.check(fmt.Sprintf("%s[%d]", at, i), items, e)...)
			}
		}
	case map[string]any:
		is = "object"
		properties, named := s["properties"].(schema)
		required, _ := s["required"].([]any)
		for _, name := range required {
			if _, ok := x[name.(string)]; !ok {
				bad("lacks %s", name)
			}
		}
		for name, e := range x {
			if p, ok := properties[name].(schema); ok {
				wrong = append(wrong, d.check(at+"."+name, p, e)...)
			} else if named {
				bad("has %s, which is not described", name)
			}
		}
	}
	if len(types) > 0 && !slices.Contains(types, any(is)) {
		bad("is a %s, not a %v", is, types)
	}
	if words, ok := s["enum"].([]any); ok && !slices.Contains(words, v) {
		bad("is %v, none of %v", v, words)
	}
	return wrong
}

// pageRoutes are those that only the embedded page asks for.
var pageRoutes = []string{"/docs", "/docs/{file}", "/ground", "/page/{file}", "/report/{n}"}

// TestTheDocumentDescribesTheRoutes asks every route that the document names
// with the examples of its parameters, and compares the answer.
func TestTheDocumentDescribesTheRoutes(t *testing.T) {
	s := loaded(t, twoBatches(t).dir)
	w := get(s, "/openapi.json")
	var d openapi
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != 200 || d.OpenAPI != "3.1.0" {
		t.Fatalf("%d %v %s", w.Code, err, d.OpenAPI)
	}
	if tag := w.Header().Get("ETag"); asked(s, http.MethodGet, "/openapi.json", "If-None-Match", tag).Code != 304 {
		t.Errorf("ETag %s is not known again", tag)
	}
	routes := slices.DeleteFunc(s.Patterns(), func(p string) bool { return slices.Contains(pageRoutes, p) })
	for _, p := range routes {
		if d.Paths[p] == nil {
			t.Errorf("%s is a route and not in openapi/openapi.json; describe it there, or name it in pageRoutes here", p)
		}
	}
	for p := range d.Paths {
		if !slices.Contains(routes, p) {
			t.Fatalf("%s is in openapi/openapi.json and no route of routes.go", p)
		}
	}
	for pattern, methods := range d.Paths {
		for method, op := range methods {
			path, query := pattern, ""
			for _, p := range op.Parameters {
				value := fmt.Sprint(p.Example)
				value = strings.Replace(value, "2018174723", "3", 1) // of this folder
				if p.In == "query" {
					query += "&" + p.Name + "=" + value
				}
				path = strings.ReplaceAll(path, "{"+p.Name+"}", value)
			}
			if query != "" {
				path += "?" + query[1:]
			}
			for code, r := range op.Responses {
				if code == "200" {
					for kind, content := range r.Content {
						d.ask(t, s, method, path, kind, content.Schema, op)
					}
				}
			}
		}
	}
}

// TestTheDocumentShowsTheLinks holds its example of GET / to what GET / says.
func TestTheDocumentShowsTheLinks(t *testing.T) {
	s := loaded(t, newFolder(t, 2).dir)
	said, links, ok := strings.Cut(strings.TrimSpace(get(s, "/").Body.String()), `"links":`)
	if want := `{"title":"Test city","invented":true,"models":[1,2],`; !ok || said != want {
		t.Errorf("GET / begins with\n%s\nwant\n%s", said, want)
	}
	var document bytes.Buffer
	if err := json.Compact(&document, get(s, "/openapi.json").Body.Bytes()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(document.String(), `"links":`+links) {
		t.Errorf("the example of GET / in openapi/openapi.json has other links than\n%s", links)
	}
}

// ask asks for an answer of one type.
func (d *openapi) ask(t *testing.T, s http.Handler, method, path, kind string, want schema, op operation) {
	if path == "/events" {
		return // which has no end
	}
	w := asked(s, http.MethodGet, path, "Accept", kind)
	if method == "post" {
		w = post(s, path, string(op.RequestBody.Content["application/json"].Example))
	}
	got, _, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if w.Code != 200 || got != kind {
		t.Errorf("%s %s: %d %s, want %s\n%s", method, path, w.Code, got, kind, w.Body)
	}
	if !strings.HasSuffix(kind, "json") {
		return
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	for _, wrong := range d.check("the answer", want, v) {
		t.Errorf("%s: %s", path, wrong)
	}
}

func TestTheDocumentDescribesProblems(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	var d openapi
	if err := json.Unmarshal(get(s, "/openapi.json").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/model1/6/cluster", "/model1/x/cluster", "/models/9", "/models/1/clusters/0/crimes?limit=0", "/nothing"} {
		var v any
		if err := json.Unmarshal(get(s, path).Body.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range d.check("the problem", d.Components.Schemas["Problem"], v) {
			t.Errorf("%s: %s", path, wrong)
		}
	}
}

// TestEveryAnswerOfTheDocumentHasAnExample looks at all answers but those that
// are bytes, and at the document itself.
func TestEveryAnswerOfTheDocumentHasAnExample(t *testing.T) {
	var d openapi
	if err := json.Unmarshal(get(loaded(t, newFolder(t, 1).dir), "/openapi.json").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	for path, methods := range d.Paths {
		for method, op := range methods {
			for _, p := range op.Parameters {
				if p.Example == nil {
					t.Errorf("%s %s: the parameter %s has no example", method, path, p.Name)
				}
			}
			for code, r := range op.Responses {
				for kind, content := range r.Content {
					at := method + " " + path + ": " + code + " " + kind
					switch {
					case kind == "application/octet-stream" || path == "/openapi.json" && code == "200":
						continue
					case content.Example == nil:
						t.Errorf("%s has no example", at)
					case strings.HasSuffix(kind, "json"):
						for _, wrong := range d.check("the example of "+at, content.Schema, content.Example) {
							t.Error(wrong)
						}
					}
					if p, ok := content.Example.(map[string]any); ok && kind == "application/problem+json" && fmt.Sprint(p["status"]) != code {
						t.Errorf("%s: its example has status %v", at, p["status"])
					}
				}
			}
		}
	}
}

// TestTheViewerNeedsNothingElse is a page that works without a network: its own
// files, under a policy that allows no others.
func TestTheViewerNeedsNothingElse(t *testing.T) {
	s := loaded(t, newFolder(t, 1).dir)
	page := get(s, "/docs")
	if page.Code != 200 || page.Header().Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(page.Header().Get("Content-Security-Policy"), "default-src 'self'") {
		t.Fatalf("%d %v", page.Code, page.Header())
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page.Body.String(), -1) {
		at, err := url.Parse("/docs") // under a prefix of a proxy, too
		if err == nil {
			at, err = at.Parse(m[1])
		}
		if err != nil || strings.HasPrefix(m[1], "/") || at.Host != "" {
			t.Errorf("%s leads elsewhere, %v", m[1], err)
		} else if w := get(s, at.Path); w.Code != 200 {
			t.Errorf("%s: %d", m[1], w.Code)
		}
	}
	script := get(s, "/docs/viewer.js").Body.String()
	for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://", "import("} {
		if strings.Contains(script, bad) {
			t.Errorf("the viewer's script holds %s", bad)
		}
	}
	if w := get(s, "/docs/openapi.go"); w.Code != 404 {
		t.Errorf("a file that is none: %d", w.Code)
	}
}
