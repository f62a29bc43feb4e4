package prepare_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/input/prepare"
	"hotspot/internal/source"
)

// childFolder is set in a process that appends the second week and is killed.
const childFolder = "HOTSPOT_TEST_PREPARE_CHILD"

func appendWeek(t *testing.T, dir string) {
	t.Helper()
	_, err := prepare.Run(t.Context(), prepare.Config{Input: filepath.Join(dir, "week-2.csv"), AppendTo: filepath.Join(dir, "crime.csv")})
	if err != nil {
		t.Fatal(err)
	}
}

// Whenever the process dies, the file and its sidecar are whole, the file is the
// old or the new one, and the same command again ends in what it would have been.
func TestKilledWhileAppendingItCanBeRunAgain(t *testing.T) {
	if dir := os.Getenv(childFolder); dir != "" {
		appendWeek(t, dir)
		return
	}
	var weeks [2]strings.Builder
	for i := range 20_000 {
		row := cityRow(fmt.Sprint(100_000+i), fmt.Sprintf("7/27/2020 %d:%02d:00 PM", 1+i%11, i%60), "")
		weeks[1].WriteString(row)
		if i%2 == 0 {
			weeks[0].WriteString(row)
		}
	}
	start := func() (dir string) {
		dir = t.TempDir()
		for i, name := range []string{"week-1.csv", "week-2.csv"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(cityHeader+weeks[i].String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, err := prepare.Run(t.Context(), prepare.Config{Input: filepath.Join(dir, "week-1.csv"), Output: filepath.Join(dir, "crime.csv")})
		if err != nil {
			t.Fatal(err)
		}
		return dir
	}
	read := func(dir string) (csv, side []byte) {
		t.Helper()
		csv, err := os.ReadFile(filepath.Join(dir, "crime.csv"))
		if err != nil {
			t.Fatal(err)
		}
		if side, err = os.ReadFile(source.MetaPath(filepath.Join(dir, "crime.csv"))); err != nil {
			t.Fatal(err)
		}
		return csv, side
	}
	whole := start()
	oldCSV, oldSide := read(whole)
	appendWeek(t, whole)
	newCSV, newSide := read(whole)
	if !bytes.HasPrefix(newCSV, oldCSV) || bytes.Equal(newCSV, oldCSV) {
		t.Fatal("the old rows are not the beginning of the new file")
	}

	exists := func(pattern string) func(string) bool {
		return func(dir string) bool {
			found, _ := filepath.Glob(filepath.Join(dir, pattern))
			return len(found) > 0
		}
	}
	for name, reached := range map[string]func(dir string) bool{
		"its first draft is there": exists(".tmp-crime.csv-*"),
		"the sidecar's draft is":   exists(".tmp-crime.csv.meta.json-*"),
		"the new file is published": func(dir string) bool {
			csv, _ := os.Stat(filepath.Join(dir, "crime.csv"))
			return csv.Size() != int64(len(oldCSV))
		},
	} {
		dir := start()
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), childFolder+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { child.Wait(); close(ended) }()
		for done := false; !done && !reached(dir); {
			select {
			case <-ended:
				done = true
			default:
			}
		}
		child.Process.Kill()
		<-ended
		csv, side := read(dir)
		if !bytes.Equal(csv, oldCSV) && !bytes.Equal(csv, newCSV) || !bytes.Equal(side, oldSide) && !bytes.Equal(side, newSide) {
			t.Errorf("killed when %s: %d bytes, neither the old nor the new file; sidecar\n%s", name, len(csv), side)
		}
		appendWeek(t, dir)
		if csv, side = read(dir); !bytes.Equal(csv, newCSV) || !bytes.Equal(side, newSide) {
			t.Errorf("killed when %s and run again: %d bytes of %d; sidecar\n%s", name, len(csv), len(newCSV), side)
		}
	}

	// The one moment that has no name to wait for: the file is new, its sidecar old.
	if err := os.WriteFile(source.MetaPath(filepath.Join(whole, "crime.csv")), oldSide, 0o644); err != nil {
		t.Fatal(err)
	}
	appendWeek(t, whole)
	if csv, side := read(whole); !bytes.Equal(csv, newCSV) || !bytes.Equal(side, newSide) {
		t.Errorf("the old sidecar is not mended:\n%s", side)
	}
}
