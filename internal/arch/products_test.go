package arch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// TestProductsAreRoundedBeforeTheyAreAdded finds x*y + z on floating-point
// numbers in the packages whose results go into files. Some processors
// compute it with one rounding instead of two (the language allows it), and
// then the same rows give other bytes there. An explicit conversion,
// float64(x*y) + z, forbids that; see "Arithmetic operators" and "Floating
// point operators" in the Go specification.
func TestProductsAreRoundedBeforeTheyAreAdded(t *testing.T) {
	s := read(t)
	for _, pkg := range []string{"feature", "kmeans", "kmeans/simd", "model", "spots", "stat", "train"} {
		var files []*ast.File
		for _, f := range s.files {
			if f.pkg != pkg || f.test {
				continue
			}
			here, err := build.Default.MatchFile(filepath.Join(s.root, "internal", pkg), path.Base(f.name))
			if err != nil {
				t.Fatal(err)
			}
			if here { // not for another system or build
				files = append(files, f.syntax)
			}
		}
		if len(files) == 0 {
			t.Errorf("package %s has no files; take it out of this test's list", pkg)
			continue
		}
		info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		conf := types.Config{Importer: exported(t, s, pkg)}
		if _, err := conf.Check(module+"internal/"+pkg, s.fset, files, &info); err != nil {
			t.Errorf("package %s: %v", pkg, err)
			continue
		}
		for _, pos := range fusable(files, &info) {
			p := s.fset.Position(pos)
			t.Errorf("%s:%d: a product is added without rounding it first; write float64(x*y) + z", filepath.ToSlash(strings.TrimPrefix(p.Filename, s.root)), p.Line)
		}
	}
}

// TestFusableSeesEveryForm holds the finder above to a list, so that it
// cannot go blind.
func TestFusableSeesEveryForm(t *testing.T) {
	for _, tt := range []struct {
		expr string
		want int
	}{
		{"z + x*y", 1},
		{"x*y - z", 1},
		{"z - (x * y)", 1},
		{"-(x*y) + z", 1},
		{"x*y + z*x", 1},
		{"float64(x*y) + z", 0},
		{"x + y", 0},
		{"2*3 + z", 0}, // a constant is computed exactly, at build time
		{"float64(n*n + n)", 0},
	} {
		src := fmt.Sprintf("package p\nfunc f(x, y, z float64, n int) float64 { return %s }\n", tt.expr)
		if got := fusableIn(t, src); got != tt.want {
			t.Errorf("%s: found %d products that can be fused, want %d", tt.expr, got, tt.want)
		}
	}
	for _, op := range []string{"+=", "-="} {
		src := fmt.Sprintf("package p\nfunc f(x, y, z float64) float64 { z %s x * y; return z }\n", op)
		if got := fusableIn(t, src); got != 1 {
			t.Errorf("z %s x * y: found %d products that can be fused, want 1", op, got)
		}
	}
}

func fusableIn(t *testing.T, src string) int {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parseText(fset, src)
	if err != nil {
		t.Fatal(err)
	}
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := new(types.Config).Check("p", fset, []*ast.File{f}, &info); err != nil {
		t.Fatal(err)
	}
	return len(fusable([]*ast.File{f}, &info))
}

// fusable returns where a product of floating-point numbers is added or
// subtracted as it is.
func fusable(files []*ast.File, info *types.Info) []token.Pos {
	var out []token.Pos
	check := func(at token.Pos, operands ...ast.Expr) {
		for _, e := range operands {
			if isProduct(e, info) {
				out = append(out, at)
				return
			}
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if n.Op == token.ADD || n.Op == token.SUB {
					check(n.OpPos, n.X, n.Y)
				}
			case *ast.AssignStmt:
				if n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN {
					check(n.TokPos, n.Rhs[0])
				}
			}
			return true
		})
	}
	return out
}

// isProduct reports whether e is x*y of floating-point numbers, also in
// parentheses or with a sign.
func isProduct(e ast.Expr, info *types.Info) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return isProduct(e.X, info)
	case *ast.UnaryExpr:
		return isProduct(e.X, info)
	case *ast.BinaryExpr:
		tv := info.Types[e]
		if e.Op != token.MUL || tv.Value != nil {
			return false
		}
		basic, ok := tv.Type.Underlying().(*types.Basic)
		return ok && basic.Info()&types.IsFloat != 0
	}
	return false
}

// exported returns an importer of what the Go tool compiled, for a package
// and all below it.
func exported(t *testing.T, s *tree, pkg string) types.Importer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Export", "./internal/"+pkg)
	cmd.Dir = s.root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	at := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		at[p.ImportPath] = p.Export
	}
	return importer.ForCompiler(s.fset, "gc", func(importPath string) (io.ReadCloser, error) {
		return os.Open(at[importPath])
	})
}
