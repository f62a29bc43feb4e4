package arch_test

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// use is a place where a file names something of a package: os.Getenv.
type use struct {
	name string // "os.Getenv"
	at   string
}

// uses finds what f takes from the package of the given import path, under
// whatever name it was imported.
func (s *tree) uses(f *file, importPath string) []use {
	local := ""
	for _, i := range f.syntax.Imports {
		if strings.Trim(i.Path.Value, `"`) == importPath {
			local = nameOf(importPath)
			if i.Name != nil {
				local = i.Name.Name
			}
		}
	}
	var out []use
	if local == "" {
		return nil
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == local {
			out = append(out, use{nameOf(importPath) + "." + sel.Sel.Name, s.at(f, sel.Pos())})
		}
		return true
	})
	return out
}

// nameOf is what the standard library's package of that path calls itself.
func nameOf(importPath string) string { return path.Base(strings.TrimSuffix(importPath, "/v2")) }

func TestOnlyCLIReadsTheEnvironment(t *testing.T) {
	reads := []string{
		"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "os.Setenv",
		"syscall.Getenv", "syscall.Environ",
	}
	s := read(t)
	for _, f := range s.files {
		if f.test || f.pkg == "platform/cli" {
			continue
		}
		for _, importPath := range []string{"os", "syscall"} {
			for _, u := range s.uses(f, importPath) {
				if slices.Contains(reads, u.name) {
					t.Errorf("%s: %s; only package cli reads the environment. Make it a flag: every flag --foo-bar is HOTSPOT_FOO_BAR by itself", u.at, u.name)
				}
			}
		}
	}
}

func TestTheAPIWritesNothing(t *testing.T) {
	writes := []string{
		"os.Create", "os.CreateTemp", "os.WriteFile", "os.OpenFile", "os.Rename", "os.Remove", "os.RemoveAll",
		"os.Mkdir", "os.MkdirAll", "os.MkdirTemp", "os.Chmod", "os.Truncate", "os.Symlink", "os.Link",
	}
	s := read(t)
	for _, f := range s.files {
		if f.test || f.pkg != "api" && f.pkg != "api/web" {
			continue
		}
		for _, u := range s.uses(f, "os") {
			if slices.Contains(writes, u.name) {
				t.Errorf("%s: %s; the api only reads, so that it can run read-only and any number of times. Let the consumer write it", u.at, u.name)
			}
		}
	}
}

func TestNoResultComesFromTheGlobalRandomSource(t *testing.T) {
	fine := []string{"rand.New", "rand.NewPCG", "rand.NewChaCha8", "rand.Rand", "rand.PCG", "rand.ChaCha8", "rand.Source"}
	s := read(t)
	for _, f := range s.files {
		if f.test {
			continue
		}
		switch f.pkg {
		case "kmeans", "feature", "model", "train", "analysis/compare", "input/generate":
		default:
			continue // a random pause or a random name is no result
		}
		for _, u := range s.uses(f, "math/rand/v2") {
			if !slices.Contains(fine, u.name) {
				t.Errorf("%s: %s is the process's own random source; draw from rand.New(rand.NewPCG(seed, stream)), so that a seed gives the same bytes", u.at, u.name)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	s := read(t)
	said, where := map[string]bool{}, map[string]string{}
	for _, f := range s.files {
		if strings.HasSuffix(f.name, "_test.go") {
			continue
		}
		where[f.pkg] = f.name
		if f.syntax.Doc != nil {
			said[f.pkg] = true
		}
	}
	for pkg, name := range where {
		if !said[pkg] {
			t.Errorf("%s: package %s has no package comment; say what it is for, where it stands in the flow and what it does not know", name, pkg)
		}
	}
}
