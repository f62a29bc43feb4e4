package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
	"testing"
)

// maxLines is where a file is asked which second noun hides in it.
const maxLines = 400

func parseText(fset *token.FileSet, src string) (*ast.File, error) {
	return parser.ParseFile(fset, "p.go", src, parser.ParseComments)
}

func TestFilesAreShort(t *testing.T) {
	s := read(t)
	for _, name := range s.names {
		if strings.Contains(name, "/testdata/") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/vendored/") {
			continue
		}
		switch path.Ext(name) {
		case ".go", ".js", ".css", ".py", ".sh":
		default:
			continue
		}
		if n := strings.Count(s.text(t, name), "\n"); n > maxLines {
			t.Errorf("%s: %d lines, more than %d; ask which second noun hides in it, and give that a file of its own", name, n, maxLines)
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	// Put together here, so that this file does not find itself.
	later := regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}, "|") + `)\b|not` + ` implemented`)
	s := read(t)
	for _, name := range s.names {
		switch path.Ext(name) {
		case ".go", ".js", ".css", ".html", ".py", ".sh", ".md", ".yml", ".yaml", ".toml", ".mod":
		default:
			if path.Base(name) != "Makefile" && path.Base(name) != "Dockerfile" {
				continue
			}
		}
		for i, line := range strings.Split(s.text(t, name), "\n") {
			if m := later.FindString(line); m != "" {
				t.Errorf("%s:%d: %q; do it, or write an issue and say the limit where a reader meets it", name, i+1, m)
			}
		}
	}
}

var (
	fence = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	code  = regexp.MustCompile("`[^`\n]*`")
	link  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	head  = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

func TestLinksOfTheDocsLeadSomewhere(t *testing.T) {
	s := read(t)
	exists := map[string]bool{".": true}
	for _, name := range s.names {
		for p := name; p != "."; p = path.Dir(p) {
			exists[p] = true
		}
	}
	for _, name := range s.names {
		if path.Ext(name) != ".md" {
			continue
		}
		text := code.ReplaceAllString(fence.ReplaceAllString(s.text(t, name), ""), "")
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			switch {
			case !exists[target]:
				t.Errorf("%s: the link to %s leads nowhere; correct the path (it is taken from the folder of the file that holds the link)", name, m[1])
			case anchor != "" && !headings(s.text(t, target))[anchor]:
				t.Errorf("%s: %s has no heading #%s; name one that it has", name, target, anchor)
			}
		}
	}
}

// headings returns the anchors of a document, as GitHub makes them.
func headings(text string) map[string]bool {
	out := map[string]bool{}
	for _, m := range head.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		out[anchor(m[1])] = true
	}
	return out
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

func anchor(heading string) string {
	return strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}
