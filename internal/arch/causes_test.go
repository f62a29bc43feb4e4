package arch_test

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/platform/cause"
)

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// TestOperationsListsEveryCause compares the table with package cause: message,
// cause, next step.
func TestOperationsListsEveryCause(t *testing.T) {
	const begin, end = "<!-- causes -->\n\n", "\n<!-- end of causes -->"
	var want strings.Builder
	want.WriteString("| message | cause | next step |\n|---|---|---|\n")
	upper := func(name string) string { return strings.ToUpper(strings.Trim(name, "{}")) }
	for _, c := range cause.All {
		fmt.Fprintf(&want, "| %s | `%s` | %s |\n", placeholder.ReplaceAllStringFunc(c.What, upper), c.Name, placeholder.ReplaceAllStringFunc(c.Next, upper))
	}
	page := read(t).text(t, "docs/operations.md")
	_, rest, _ := strings.Cut(page, begin)
	got, _, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("docs/operations.md has no table between %q and %q", begin, end)
	}
	if got != want.String() {
		t.Errorf("docs/operations.md does not list what package cause says; between the two marks belongs:\n%s", want.String())
	}
}

// TestEveryCauseIsFoundSomewhereAndFilledIn looks at the places that name a cause,
// and at what they fill in: a message never says {topic}.
func TestEveryCauseIsFoundSomewhereAndFilledIn(t *testing.T) {
	s := read(t)
	var variables []string
	var code, literals strings.Builder
	for _, f := range s.files {
		if f.test {
			continue
		}
		ours := f.pkg == "platform/cause"
		if ours || slices.Contains(f.ours(), "platform/cause") {
			code.WriteString(s.text(t, f.name))
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			var texts []ast.Expr
			switch n := n.(type) {
			case *ast.ValueSpec:
				if call, ok := n.Values, ours && len(n.Values) == 1; ok {
					if _, ok := call[0].(*ast.CallExpr); ok {
						variables = append(variables, n.Names[0].Name)
					}
				}
			case *ast.CallExpr: // Of(err, "topic", …), because(c, err, "topic", …)
				texts = n.Args
			case *ast.CompositeLit: // []any{"topic", …}
				texts = n.Elts
			}
			for _, e := range texts {
				if lit, ok := e.(*ast.BasicLit); ok {
					literals.WriteString(lit.Value)
				}
			}
			return true
		})
	}
	if len(variables) != len(cause.All) {
		t.Errorf("%d variables in package cause, %d causes", len(variables), len(cause.All))
	}
	for _, name := range variables {
		if !regexp.MustCompile(`(cause\.|c :?= )` + name + `\b`).MatchString(code.String()) {
			t.Errorf("nobody finds cause.%s", name)
		}
	}
	var names []string
	for _, c := range cause.All {
		if slices.Contains(names, c.Name) || !regexp.MustCompile(`^[a-z-]+$`).MatchString(c.Name) || c.What == "" || c.Next == "" {
			t.Errorf("cause %q: want a name of its own in small letters and hyphens, what is so, and a next step", c.Name)
		}
		names = append(names, c.Name)
		for _, m := range placeholder.FindAllStringSubmatch(c.What+c.Next, -1) {
			if !strings.Contains(literals.String(), `"`+m[1]+`"`) {
				t.Errorf("cause %s: nobody fills in %s", c.Name, m[0])
			}
		}
	}
}
