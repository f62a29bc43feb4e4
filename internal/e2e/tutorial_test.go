package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"hotspot/internal/testkit"
)

const tutorial = "../../docs/tutorial.md"

// varying is what differs between two runs of the same command.
var varying = regexp.MustCompile(`[0-9.]+ ?(ms|µs|s)\b|[0-9]+ MB|[0-9]+ rows/s|127\.0\.0\.1:[0-9]+`)

// TestTheTutorialDoesWhatItSays runs every command of the tutorial, in its
// order, and compares the lines; those of several programs at once come in any order.
func TestTheTutorialDoesWhatItSays(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs bash and awk")
	}
	text, err := os.ReadFile(tutorial)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(testkit.FreeAddress(t), ":")
	broker := "127.0.0.1:" + port
	env := append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HOTSPOT_BROKER_LISTEN="+broker, "HOTSPOT_BROKERS="+broker, "HOTSPOT_LISTEN=127.0.0.1:0", "HOTSPOT_WEB=127.0.0.1:0")
	blocks := console.FindAllSubmatchIndex(text, -1)
	if len(blocks) < 9 {
		t.Fatalf("%d console blocks, want one for each of nine exercises at least", len(blocks))
	}
	said := scripted(t, t.TempDir(), env, text, blocks)
	var page bytes.Buffer
	end := 0
	for i, b := range blocks {
		block := string(text[b[2]:b[3]])
		if want, got := comparable(block), comparable(said[i]); !slices.Equal(want, got) && !*testkit.Update {
			t.Errorf("%s\nprints\n%s", block, said[i])
		}
		page.Write(text[end:b[2]])
		page.WriteString(said[i])
		end = b[3]
	}
	page.Write(text[end:])
	if *testkit.Update {
		shown := strings.ReplaceAll(page.String(), broker, "127.0.0.1:9092")
		shown = regexp.MustCompile(`(http://127\.0\.0\.1:)[0-9]+( and|/)`).ReplaceAllString(shown, "${1}6000$2")
		shown = regexp.MustCompile(`(browsers, http://127\.0\.0\.1:)[0-9]+`).ReplaceAllString(shown, "${1}8080")
		if err := os.WriteFile(tutorial, []byte(shown), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// scripted runs all blocks in one shell and returns what stands in each of
// them when it is true: the commands, each with what it prints.
func scripted(t *testing.T, dir string, env []string, text []byte, blocks [][]int) []string {
	t.Helper()
	const mark = "@@tutorial@@ "
	var script strings.Builder
	for i, b := range blocks {
		fmt.Fprintf(&script, "echo '%sblock %d'\n", mark, i)
		for line := range strings.Lines(string(text[b[2]:b[3]])) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				fmt.Fprintf(&script, "cat <<'end of command'\n$ %send of command\n%s", command, command)
			}
		}
	}
	file := filepath.Join(dir, "tutorial.sh")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", file)
	cmd.Dir, cmd.Env = work, env
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("the last command: %v", err)
	}
	parts := strings.Split(string(out), mark+"block ")
	if len(parts) != len(blocks)+1 {
		t.Fatalf("%d of %d blocks ran:\n%s", len(parts)-1, len(blocks), out)
	}
	var said []string
	for _, p := range parts[1:] {
		_, p, _ = strings.Cut(p, "\n")
		said = append(said, p)
	}
	return said
}

// comparable is the lines of a block without what varies, sorted: the
// commands of a block too, which are the same by their making.
func comparable(block string) []string {
	lines := strings.Split(strings.TrimRight(varying.ReplaceAllString(block, "…"), "\n"), "\n")
	slices.Sort(lines)
	return lines
}
