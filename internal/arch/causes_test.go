package arch_test

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strconv"
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
// and at what they fill in: a message never says {topic}, and no name is misspelled.
func TestEveryCauseIsFoundSomewhereAndFilledIn(t *testing.T) {
	s := read(t)
	named := map[string]bool{}
	var literals strings.Builder
	look := func(e ast.Expr, cause bool) {
		if lit, ok := e.(*ast.BasicLit); ok {
			literals.WriteString(lit.Value)
			if text, err := strconv.Unquote(lit.Value); err == nil && cause {
				named[text] = true
			}
		}
	}
	for _, f := range s.files {
		if f.test {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr: // Of("name", err, "topic", …), because("name", err, "topic", …)
				for i, e := range n.Args {
					look(e, i == 0 && isCause(n.Fun))
				}
			case *ast.CompositeLit: // []any{"topic", …}
				for _, e := range n.Elts {
					kv, isPair := e.(*ast.KeyValueExpr) // map[kafka.Error]string{…: "name"}
					if isPair {
						e = kv.Value
					}
					look(e, isPair && f.name == "internal/stream/errors.go")
				}
			case *ast.AssignStmt: // name = "name"
				for _, e := range n.Rhs {
					look(e, false)
				}
			}
			return true
		})
	}
	var names []string
	for _, c := range cause.All {
		if slices.Contains(names, c.Name) || !regexp.MustCompile(`^[a-z-]+$`).MatchString(c.Name) || c.What == "" || c.Next == "" {
			t.Errorf("cause %q: want a name of its own in small letters and hyphens, what is so, and a next step", c.Name)
		}
		names = append(names, c.Name)
		if !strings.Contains(literals.String(), strconv.Quote(c.Name)) {
			t.Errorf("nobody finds cause %s", c.Name)
		}
		for _, m := range placeholder.FindAllStringSubmatch(c.What+c.Next, -1) {
			if !strings.Contains(literals.String(), `"`+m[1]+`"`) {
				t.Errorf("cause %s: nobody fills in %s", c.Name, m[0])
			}
		}
	}
	for n := range named {
		if !slices.Contains(names, n) {
			t.Errorf("there is no cause %s", n)
		}
	}
}

// isCause reports whether a call of f names a cause first.
func isCause(f ast.Expr) bool {
	sel, ok := f.(*ast.SelectorExpr)
	if !ok {
		id, ok := f.(*ast.Ident)
		return ok && id.Name == "Of"
	}
	x, _ := sel.X.(*ast.Ident)
	return x != nil && (x.Name == "cause" && sel.Sel.Name == "Of" || (x.Name == "t" || x.Name == "s") && sel.Sel.Name == "because")
}
