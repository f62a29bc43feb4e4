package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotspot/internal/testkit"
)

const flagsDoc = "../../docs/flags.md"

// help is what a program, or a command of hotspot, prints about itself.
func help(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, args[0]), append(args[1:], "--help")...)
	cmd.Env = []string{"COLUMNS=100"} // no variable that a flag is read from
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s --help: %v", strings.Join(args, " "), err)
	}
	return strings.TrimRight(string(out), "\n")
}

// TestFlagsAreDocumentedAsTheProgramsTellThem compares docs/flags.md with the
// help of every program and command, and the README with their names and flags.
func TestFlagsAreDocumentedAsTheProgramsTellThem(t *testing.T) {
	all := help(t, "hotspot")
	_, list, ok := strings.Cut(all, "\nCommands:\n")
	if !ok {
		t.Fatalf("hotspot --help lists no commands:\n%s", all)
	}
	programs := [][]string{{"producer"}, {"consumer"}, {"api"}, {"hotspot"}}
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+)\b`).FindAllStringSubmatch(list, -1) {
		programs = append(programs, []string{"hotspot", m[1]})
	}
	var page strings.Builder
	page.WriteString("# Programs and flags\n\nWhat every program says about itself with `--help`; a test writes this page and keeps it so\n(`go test ./internal/e2e -run Flags -update`).\n")
	for _, p := range programs {
		fmt.Fprintf(&page, "\n## %s\n\n```\n%s\n```\n", strings.Join(p, " "), help(t, p...))
	}
	if *testkit.Update {
		if err := os.WriteFile(flagsDoc, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(flagsDoc)
	if err != nil {
		t.Fatal(err)
	}
	if string(is) != page.String() {
		t.Errorf("%s is not what the programs say: run go test ./internal/e2e -run Flags -update, and read the difference", flagsDoc)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range programs {
		name := p[len(p)-1]
		if !regexp.MustCompile("(?m)^\\| `(hotspot )?" + name + "\\b").Match(readme) {
			t.Errorf("the README's table of programs lacks %s", strings.Join(p, " "))
		}
	}
	ours := regexp.MustCompile("--[a-z][a-z-]+")
	for _, row := range regexp.MustCompile(`(?m)^\| .*$`).FindAllString(string(readme), -1) {
		for _, flag := range ours.FindAllString(row, -1) {
			if !strings.Contains(page.String(), "      "+flag) && !strings.Contains(page.String(), ", "+flag) {
				t.Errorf("the README names %s, which no program has: %s", flag, row)
			}
		}
	}
}
