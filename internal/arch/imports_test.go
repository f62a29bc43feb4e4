package arch_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// row is a package of the import table.
type row struct {
	pkg   string
	layer int
	may   []string // the packages of ours that it may import, sorted
}

// readTable reads the law of the house, the import table of docs/design.md: a
// package may import what stands in its row and nothing else of ours.
func readTable(t *testing.T, s *tree) []row {
	t.Helper()
	const begin, end = "<!-- import table -->", "<!-- end of import table -->"
	_, rest, ok := strings.Cut(s.text(t, "docs/design.md"), begin)
	shown, _, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("docs/design.md: the import table stands between %s and %s", begin, end)
	}
	var table []row
	for line := range strings.Lines(shown) {
		c := strings.Split(line, "|")
		if len(c) < 5 || !strings.Contains(c[1], "`") {
			continue
		}
		pkg := strings.Trim(c[1], " `")
		layer, err := strconv.Atoi(strings.TrimSpace(c[2]))
		if err != nil {
			t.Fatalf("docs/design.md: row %s: layer %q is no number", pkg, c[2])
		}
		table = append(table, row{pkg, layer, strings.Fields(strings.NewReplacer("`", " ", ",", " ").Replace(c[3]))})
	}
	return table
}

func rowOf(table []row, pkg string) (row, bool) {
	for _, r := range table {
		if r.pkg == pkg {
			return r, true
		}
	}
	return row{}, false
}

func itoa(n int) string { return strconv.Itoa(n) }

// ours returns the packages of this module that f imports, by their short
// names.
func (f *file) ours() []string {
	var out []string
	for _, i := range f.imports {
		if strings.HasPrefix(i, module) {
			out = append(out, packageOf(strings.TrimPrefix(i, module)))
		}
	}
	return out
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	s := read(t)
	table := readTable(t, s)
	for _, f := range s.files {
		if f.test {
			continue
		}
		r, known := rowOf(table, f.pkg)
		if !known {
			t.Errorf("%s: package %s is not in the import table; give it a row in docs/design.md, at the lowest layer that it can stand on", f.name, f.pkg)
			continue
		}
		for _, i := range f.ours() {
			if !slices.Contains(r.may, i) {
				t.Errorf("%s: %s may not import %s (allowed: %s); take the value as a parameter, move the code down to where both can reach it, or, if the house has really changed, change the table of docs/design.md and say why there",
					f.name, f.pkg, i, orNothing(r.may))
			}
		}
	}
}

func TestProgramsImportNoPackageForTests(t *testing.T) {
	s := read(t)
	for _, f := range s.files {
		for _, i := range f.ours() {
			if !f.test && testsOnly(i) {
				t.Errorf("%s: imports %s, which is for tests; move what is needed into a package of the table", f.name, i)
			}
		}
	}
}

func TestTableGoesDownwards(t *testing.T) {
	table := readTable(t, read(t))
	if len(table) < 30 {
		t.Fatalf("docs/design.md: %d rows in the import table, want one for each package", len(table))
	}
	for _, r := range table {
		if !slices.IsSorted(r.may) {
			t.Errorf("row %s: %q is not sorted; sort it, so that a change is one word in the diff", r.pkg, r.may)
		}
		for _, i := range r.may {
			below, known := rowOf(table, i)
			part := strings.HasPrefix(r.pkg, i+"/") // kmeans/muesli stands on kmeans
			if !known || below.layer >= r.layer && !part {
				t.Errorf("row %s of layer %d: %s is no package of a lower layer; a package knows only what lies below it", r.pkg, r.layer, i)
			}
		}
	}
}

// TestNoPathLeadsThere looks at the whole way down, not only at the next
// step: a promise such as "the api holds no Kafka client" is about programs.
func TestNoPathLeadsThere(t *testing.T) {
	s := read(t)
	next := map[string][]string{}
	for _, f := range s.files {
		if !f.test {
			next[f.pkg] = append(next[f.pkg], f.ours()...)
			next[f.pkg] = append(next[f.pkg], outside(f)...)
		}
	}
	for _, rule := range []struct{ from, to, why string }{
		{"api", "stream", "the api answers from files, also when no broker is there"},
		{"api", "train", "the api serves models and makes none"},
		{"cmd/api", "github.com/segmentio/kafka-go", "the api answers from files, also when no broker is there"},
		{"batch", "stream", "batches are cut from rows, wherever the rows come from"},
		{"batch", "crime", "batches hold lines, whatever the lines say"},
		{"kmeans", "crime", "k-means is about numbers"},
		{"producer", "batch", "the topic is the producer's only output"},
		{"producer", "platform/broker", "the roles speak to a broker by its address alone"},
		{"consumer", "platform/broker", "the roles speak to a broker by its address alone"},
	} {
		if p := way(next, rule.from, rule.to, nil); p != nil {
			t.Errorf("%s reaches %s: %s; %s. Cut the way at the import that is not needed", rule.from, rule.to, strings.Join(p, " -> "), rule.why)
		}
	}
}

// outside returns the libraries that f imports.
func outside(f *file) []string {
	var out []string
	for _, i := range f.imports {
		if strings.Contains(strings.SplitN(i, "/", 2)[0], ".") {
			out = append(out, i)
		}
	}
	return out
}

func way(next map[string][]string, from, to string, seen []string) []string {
	seen = append(slices.Clone(seen), from)
	for _, n := range next[from] {
		if n == to {
			return append(seen, n)
		}
		if !slices.Contains(seen, n) {
			if p := way(next, n, to, seen); p != nil {
				return p
			}
		}
	}
	return nil
}

func TestALibraryHasItsHome(t *testing.T) {
	s := read(t)
	for _, rule := range []struct{ library, homes, remedy string }{
		{"github.com/segmentio/kafka-go", "stream", "call package stream, or add to it what is missing"},
		{"github.com/twmb/franz-go", "platform/broker", "start a broker with package broker, or speak to one with package stream"},
		{"github.com/muesli/", "kmeans/muesli", "use the contract of package kmeans; train chooses the engine"},
		{"github.com/go-chi/chi", "api", "the api has the only router of the suite"},
		{"github.com/gofrs/flock", "platform/broker platform/durable", "lock a folder with durable.Folder.Lock"},
	} {
		for _, f := range s.files {
			for _, i := range f.imports {
				if !f.test && strings.HasPrefix(i, rule.library) && !slices.Contains(strings.Fields(rule.homes), f.pkg) {
					t.Errorf("%s: imports %s, which only %s may; %s", f.name, i, rule.homes, rule.remedy)
				}
			}
		}
	}
}

func TestKMeansKnowsNoFilesTimeOrLog(t *testing.T) {
	s := read(t)
	for _, f := range s.files {
		if f.pkg != "kmeans" || f.test {
			continue
		}
		for _, i := range f.imports {
			switch i {
			case "os", "io/fs", "path/filepath", "time", "log", "log/slog", "math/rand":
				t.Errorf("%s: imports %s; the same numbers must give the same result anywhere, so take what is needed as a parameter (randomness: math/rand/v2 from Config.Seed)", f.name, i)
			}
		}
	}
}

func orNothing(may []string) string {
	if len(may) == 0 {
		return "nothing of ours"
	}
	return strings.Join(may, " ")
}
