package arch_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// retired are words that names in the code no longer use, and what stands for
// them now: one word for one thing, and that the field's own (docs/design.md,
// Words). A word that is also plain English for something else stands with the
// packages in which it was private.
var retired = []struct{ word, in, use string }{
	{"calm", "consumer stream", "state"},
	{"chunk", "", "request (to Kafka), block (of points), loadedBatch (in the catalog) or run (of messages)"},
	{"courtesy", "", "offset commit"},
	{"dice", "", "rng"},
	{"entitle", "", "setTitle"},
	{"exchange", "api", "responseWriter"},
	{"farewell", "", "summary"},
	{"feeder", "", "linker: numbers rows and chains them"},
	{"flavor", "input/generate", "offenseType"},
	{"glimpse", "", "excerpt"},
	{"ground", "feature", "frame: of a city"},
	{"intake", "", "sequencer: the merge of partitions by row number"},
	{"lane", "consumer producer stream", "partitionReader: the reading of one partition"},
	{"nap", "", "pause"},
	{"pace", "producer", "pause"},
	{"partial", "batch consumer catalog api", "provisional"},
	{"question", "api", "query: parsed parameters"},
	{"rawfetch", "", "fetch"},
	{"reporter", "consumer", "status"},
	{"seeder", "kmeans", "seeding"},
	{"spoken", "cmd/hotspot", "a verb with its object: describeModel"},
	{"stamp", "crime source stream producer consumer", "header: of a message"},
	{"standing", "consumer stream", "state"},
	{"stock", "", "position, resume: what the topic already holds"},
	{"story", "", "progress, summary"},
	{"take", "crime", "parse, accept"},
	{"trouble", "", "outage: what is retried"},
}

// TestRetiredWordsStayAway looks at the names of packages and files, and at
// every other name where it is declared.
func TestRetiredWordsStayAway(t *testing.T) {
	s := read(t)
	for _, f := range s.files {
		check := func(at, name string) {
			for _, w := range wordsOf(name) {
				for _, r := range retired {
					if w == r.word && (r.in == "" || slices.Contains(strings.Fields(r.in), f.pkg)) {
						t.Errorf("%s: %s: the word %q is retired; use %s", at, name, w, r.use)
					}
				}
			}
		}
		check(f.name, f.syntax.Name.Name)
		check(f.name, strings.TrimSuffix(path.Base(f.name), ".go"))
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			for _, id := range declaredBy(n) {
				check(s.at(f, id.Pos()), id.Name)
			}
			return true
		})
	}
}

// declaredBy are the names that a node declares: of types, functions, fields,
// parameters, constants and variables.
func declaredBy(n ast.Node) []*ast.Ident {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{n.Name}
	case *ast.TypeSpec:
		return []*ast.Ident{n.Name}
	case *ast.ValueSpec:
		return n.Names
	case *ast.Field:
		return n.Names
	case *ast.AssignStmt:
		var ids []*ast.Ident
		for _, e := range n.Lhs {
			if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
				ids = append(ids, id)
			}
		}
		return ids
	case *ast.RangeStmt:
		var ids []*ast.Ident
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if id, ok := e.(*ast.Ident); ok {
				ids = append(ids, id)
			}
		}
		return ids
	}
	return nil
}

// wordsOf splits a name such as newPartitionReader into its words, in lower
// case and without the s of a plural.
func wordsOf(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.TrimSuffix(strings.ToLower(string(word)), "s"))
		}
		word = word[:0]
	}
	for _, r := range name {
		if r == '_' || unicode.IsUpper(r) {
			flush()
		}
		if r != '_' {
			word = append(word, r)
		}
	}
	flush()
	return words
}
