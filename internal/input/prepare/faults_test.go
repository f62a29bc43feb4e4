package prepare_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/input/prepare"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

func faultsOf(s prepare.Summary) (out []string) {
	for _, f := range s.Rejected {
		out = append(out, fmt.Sprintf("%d as line %d: %s", f.Rows, f.First.Line, f.First.FieldError.Detail()))
	}
	return out
}

// The 98 of 100 rows of t18: their ids have letters.
func TestTooManyRejectsEndTheRunAndAreTold(t *testing.T) {
	rows := townHeader + townRows(1, 2, town) + strings.ReplaceAll(townRows(10, 98, town), "\n", "\nHY")
	rows = strings.TrimSuffix(strings.Replace(rows, "\n10,", "\nHY10,", 1), "HY")
	c := prepare.Config{Columns: townMapping(t), MaxRejects: 5}
	r := prepared(t, c, rows)
	if r.err == nil || usage.Is(r.err) || !strings.Contains(r.err.Error(), "98 of 100 rows cannot be read, more than --max-rejects 5%") ||
		!strings.Contains(r.err.Error(), "all of them are in ") || !strings.Contains(r.err.Error(), "crime.csv.rejects.csv") {
		t.Errorf("error %v", r.err)
	}
	want := []string{`98 as line 4: INCIDENT_ID: not an id: "HY10", want a whole number up to 9223372036854775807 without leading zeros, as 2018174723`}
	if got := faultsOf(r.summary); !slices.Equal(got, want) {
		t.Errorf("told %q", got)
	}
	if len(r.rejects) != 98 || len(r.files) != 1 {
		t.Errorf("%d rejects in %q", len(r.rejects), r.files)
	}
	if c.MaxRejects = 98; prepared(t, c, rows).err != nil {
		t.Error("98 % are more than --max-rejects 98%")
	}
}

func TestAFailureLaterInTheRunDoesNotHideTheRejects(t *testing.T) {
	rows := townHeader + townRows(1, 100, at(10, 80)) + "HY1,2024-03-01T10:00:00,10,80,theft\n"
	r := prepared(t, prepare.Config{Columns: townMapping(t)}, rows)
	if r.err == nil || !strings.Contains(r.err.Error(), "80.0 degrees of latitude") || len(faultsOf(r.summary)) != 1 || len(r.rejects) != 1 {
		t.Errorf("%v, told %q, rejects %q", r.err, faultsOf(r.summary), r.rejects)
	}
}

func TestACategoryThatLostAllItsRowsIsNamed(t *testing.T) {
	rows := townHeader + townRows(1, 200, town) +
		strings.Repeat("Confidential,2024-03-01T10:00:00,-77,38.9,rape\n", 3) +
		"Confidential,2024-03-01T10:00:00,-77,38.9,theft\n" + "Confidential,2024-03-01T10:00:00,-77,38.9,arson\n"
	r := prepared(t, prepare.Config{Columns: townMapping(t)}, rows)
	if r.err != nil || noted(r.summary, "all rows of 2 categories were rejected: rape, arson") != 4 {
		t.Errorf("%v, %v", r.err, r.summary.Notes)
	}
}

func TestTimesThatAreNoneAreSaidWithTheColumnThatIsLeftOut(t *testing.T) {
	town := townMapping(t)
	midnight := strings.ReplaceAll(townRows(1, 100, town2), "T10:", "T00:")
	for i := range 60 {
		midnight = strings.ReplaceAll(midnight, fmt.Sprintf("T00:%02d:00", i), "T00:00:00")
	}
	for name, tt := range map[string]struct {
		header, rows string
		none         bool
		column       string
	}{
		"midnight":         {townHeader, midnight, true, ""},
		"noon":             {townHeader, strings.ReplaceAll(midnight, "T00:", "T12:"), true, ""},
		"a column with it": {"nr,when,x,y,what,TIME OCC,note\n", strings.ReplaceAll(midnight, ",theft", ",theft,845,"), true, "; the mapping leaves out TIME OCC"},
		"times":            {"nr,when,x,y,what,TIME OCC\n", strings.ReplaceAll(townRows(1, 100, town2), ",theft", ",theft,845"), false, ""},
	} {
		r := prepared(t, prepare.Config{Columns: town}, tt.header+tt.rows)
		if r.err != nil || noted(r.summary, "hours mean nothing"+tt.column) > 0 != tt.none || tt.column == "" && noted(r.summary, "leaves out") > 0 {
			t.Errorf("%s: %v, %v", name, r.err, r.summary.Notes)
		}
	}
}

var town2 = town // in a test whose mapping is called town

func TestADryRunWritesNothing(t *testing.T) {
	dir := t.TempDir()
	c := prepare.Config{Columns: townMapping(t), Input: filepath.Join(dir, "raw.csv"), Output: filepath.Join(dir, "new", "crime.csv"), DryRun: true, MaxRejects: 5}
	if err := os.WriteFile(c.Input, []byte(townHeader+townRows(1, 100, town)+"x,,,,\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := prepare.Run(t.Context(), c)
	if err != nil || s.Kept != 100 || len(s.Rejected) != 1 || s.Place != "38.9 N, 77.0 W" {
		t.Errorf("%v, %+v", err, s)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left %v", entries)
	}
	c.DryRun = false
	if _, err := prepare.Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	was, _ := os.ReadFile(c.Output)
	c.AppendTo, c.Output, c.DryRun = c.Output, "", true
	if err := os.WriteFile(c.Input, []byte(townHeader+townRows(50, 100, town)), 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err = prepare.Run(t.Context(), c); err != nil || s.Added != 49 || s.Already != 51 {
		t.Errorf("%v, %+v", err, s)
	}
	if is, _ := os.ReadFile(c.AppendTo); string(is) != string(was) {
		t.Error("a dry run appended")
	}
	if _, err := os.Stat(c.AppendTo + prepare.Before); err == nil {
		t.Error("a dry run kept an old file")
	}
	if _, err := os.Stat(source.RejectsPath(c.AppendTo)); err != nil {
		t.Error("a dry run removed the rejects")
	}
}
