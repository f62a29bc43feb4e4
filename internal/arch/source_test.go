package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// module is the import path of this module.
const module = "hotspot/"

// file is one Go file of the module, for any system and with any build tag.
type file struct {
	name    string // from the root, with slashes: internal/crime/record.go
	pkg     string // its folder: crime for internal/crime, else cmd/producer
	test    bool   // a _test.go file, or a file of a package for tests only
	syntax  *ast.File
	imports []string
}

// tree is the module as text. It is read once and not changed.
type tree struct {
	root  string
	fset  *token.FileSet
	names []string // every file, from the root, with slashes
	files []*file  // the Go files among them
}

// load reads the module around the working directory.
var load = sync.OnceValues(func() (*tree, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Dir(root)
	}
	s := &tree{root: root, fset: token.NewFileSet()}
	err = filepath.WalkDir(root, s.visit)
	return s, err
})

// skipped are folders that hold no source: what programs write, and data.
var skipped = map[string]bool{
	".git": true, ".cache": true, ".hotspot": true, "bin": true, "dist": true, "dataset-kafka": true,
}

func (s *tree) visit(name string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(s.root, name)
	if err != nil {
		return err
	}
	rel = filepath.ToSlash(rel)
	if d.IsDir() {
		if skipped[rel] {
			return filepath.SkipDir
		}
		_, err := os.Stat(filepath.Join(name, "go.mod"))
		if err == nil && rel != "." { // another module has its own rules
			return filepath.SkipDir
		}
		return nil
	}
	s.names = append(s.names, rel)
	if path.Ext(rel) != ".go" || strings.Contains("/"+rel, "/testdata/") {
		return nil
	}
	syntax, err := parser.ParseFile(s.fset, name, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	f := &file{name: rel, pkg: packageOf(path.Dir(rel)), syntax: syntax}
	f.test = strings.HasSuffix(rel, "_test.go") || testsOnly(f.pkg)
	for _, i := range syntax.Imports {
		f.imports = append(f.imports, strings.Trim(i.Path.Value, `"`))
	}
	s.files = append(s.files, f)
	return nil
}

// read returns the module's source, or ends the test.
func read(t *testing.T) *tree {
	t.Helper()
	s, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// text returns a file's content.
func (s *tree) text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// at is a place for a message: internal/crime/record.go:12.
func (s *tree) at(f *file, pos token.Pos) string {
	return f.name + ":" + itoa(s.fset.Position(pos).Line)
}

// packageOf shortens a folder, or an import path without the module's name,
// to what the import table calls it.
func packageOf(dir string) string { return strings.TrimPrefix(dir, "internal/") }

// testsOnly reports whether a package exists for tests: its files may import
// what tests may, and no program may import it.
func testsOnly(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return slices.Contains([]string{"arch", "e2e", "harness", "powercut", "testkit"}, first)
}
