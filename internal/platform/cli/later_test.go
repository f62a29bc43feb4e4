package cli_test

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hotspot/internal/platform/cli"
)

// TestLinesThatAreKeptBackComeInTimeAndInOrder writes as an access log does.
func TestLinesThatAreKeptBackComeInTimeAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file, err := os.CreateTemp(t.TempDir(), "log")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		there := func() string {
			data, err := os.ReadFile(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		c := cli.NewConsole(file)
		later := c.Later()
		later.Write([]byte("1\n"))
		if got := there(); got != "" {
			t.Errorf("at once: %q", got)
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		if got := there(); got != "1\n" {
			t.Errorf("after 0.2 s: %q, want line 1", got)
		}
		later.Write([]byte("2\n"))
		c.Write([]byte("3\n"))
		if got := there(); got != "1\n2\n3\n" {
			t.Errorf("an other line after it: %q", got)
		}
		many := strings.Repeat("x", 70<<10) + "\n"
		later.Write([]byte(many))
		if got := there(); len(got) != len("1\n2\n3\n")+len(many) {
			t.Errorf("of 70 KiB %d are there", len(got))
		}
		later.Write([]byte("4\n"))
		c.Close()
		if got := there(); !strings.HasSuffix(got, "x\n4\n") {
			t.Errorf("after Close it ends with %q", got[len(got)-5:])
		}
	})
}

func TestNoLineOfManyWritersIsLostOrTorn(t *testing.T) {
	said := stderrOf(t, func() {
		c := cli.NewConsole(os.Stderr)
		log := slog.New(slog.NewJSONHandler(c.Later(), nil))
		var writers sync.WaitGroup
		for w := range 8 {
			writers.Go(func() {
				for n := range 500 {
					log.Info("request answered", "request", fmt.Sprintf("%d-%d", w, n))
				}
			})
		}
		writers.Wait()
		c.Close()
	})
	lines := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
	seen := map[string]bool{}
	for _, line := range lines {
		if !strings.HasPrefix(line, `{"time":`) || !strings.HasSuffix(line, `"}`) {
			t.Fatalf("torn: %s", line)
		}
		seen[line[strings.Index(line, `"request"`):]] = true
	}
	if len(lines) != 4000 || len(seen) != 4000 {
		t.Errorf("%d lines, %d of them different, want 4,000", len(lines), len(seen))
	}
}
