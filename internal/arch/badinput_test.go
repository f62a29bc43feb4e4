package arch_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestEveryBadInputHasATest holds the cases of docs/reliability.md, C of the
// CSV, H of HTTP and K of Kafka, to a test that names each.
func TestEveryBadInputHasATest(t *testing.T) {
	s := read(t)
	listed := regexp.MustCompile(`\| ([CHK])01–[CHK](\d+) \|`).FindAllStringSubmatch(s.text(t, "docs/reliability.md"), -1)
	if len(listed) != 3 {
		t.Fatalf("docs/reliability.md lists %v, want the ranges of C, H and K", listed)
	}
	var tests strings.Builder
	for _, f := range s.files {
		if strings.HasSuffix(f.name, "_test.go") && f.pkg != "arch" {
			tests.WriteString(s.text(t, f.name))
		}
	}
	id := regexp.MustCompile(`\b[CHK]\d{2}\b`)
	named := map[string]bool{}
	for _, m := range id.FindAllString(tests.String(), -1) {
		named[m] = true
	}
	cases := 0
	for _, l := range listed {
		var last int
		fmt.Sscan(l[2], &last)
		cases += last
		for n := 1; n <= last; n++ {
			if name := fmt.Sprintf("%s%02d", l[1], n); !named[name] {
				t.Errorf("no test names %s; write one in the package that the case belongs to, or name it where it is tested", name)
			}
		}
	}
	t.Logf("%d cases, each named by a test", cases)
}
