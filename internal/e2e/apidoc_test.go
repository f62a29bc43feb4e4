package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"hotspot/internal/testkit"
)

const apiDoc = "../../docs/api.md"

// console is a block of questions, each behind "$ ", with their answers.
var console = regexp.MustCompile("(?s)```console\n(.*?)```\n")

// TestTheApiPageShowsTrueAnswers runs every command of docs/api.md on the
// invented city and compares what it prints; … stands for anything. Then it
// looks for a route that the page does not ask.
func TestTheApiPageShowsTrueAnswers(t *testing.T) {
	for _, name := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("this system has no", name)
		}
	}
	page, err := os.ReadFile(apiDoc)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	up := start(t, dir, "hotspot", "up", "--once", "3", "--sleep-max", "0", "--broker-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--web", "")
	if code := up.wait(); code != 0 {
		t.Fatalf("hotspot up: exit %d", code)
	}
	address := testkit.FreeAddress(t)
	start(t, dir, "api", "--listen", address, "--web", "")
	url := "http://" + address
	testkit.Eventually(t, "the api has read everything", func() bool {
		var r struct {
			Ready  bool
			Unread int `json:"unread_batches"`
		}
		return get(url+"/readyz", &r) && r.Ready && r.Unread == 0
	})

	var asked []string
	text := console.ReplaceAllStringFunc(string(page), func(block string) string {
		out := "```console\n"
		for _, one := range strings.Split(console.FindStringSubmatch(block)[1], "$ ")[1:] {
			command, shown, _ := strings.Cut(one, "\n")
			asked = append(asked, regexp.MustCompile(`127\.0\.0\.1:6000([^ ']*)`).FindStringSubmatch(command)[1])
			said, _ := exec.Command("sh", "-c", strings.ReplaceAll(command, "http://127.0.0.1:6000", url)).Output() // head ends curl early
			is := strings.TrimSpace(string(said))
			if !alike(strings.TrimSpace(shown), is) {
				if !*testkit.Update {
					t.Errorf("%s\nanswers\n%s\nthe page says\n%s", command, is, shown)
				}
				shown = is + "\n"
			}
			out += "$ " + command + "\n" + shown
		}
		return out + "```\n"
	})
	if *testkit.Update {
		if err := os.WriteFile(apiDoc, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	var document struct {
		Paths map[string]json.RawMessage
	}
	if !get(url+"/openapi.json", &document) || len(document.Paths) < 10 {
		t.Fatalf("%d paths in the OpenAPI document", len(document.Paths))
	}
	for path := range document.Paths {
		template := regexp.MustCompile("^" + regexp.MustCompile(`\\\{[a-z_]+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + `(\?.*)?$`)
		found := false
		for _, a := range asked {
			found = found || template.MatchString(a)
		}
		if !found {
			t.Errorf("the page does not ask %s", path)
		}
	}
}

// alike reports whether text is what shown says, in which … stands for
// anything.
func alike(shown, text string) bool {
	parts := strings.Split(shown, "…")
	if len(parts) == 1 {
		return shown == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	for _, part := range parts[1:] {
		if !ok {
			return false
		}
		if part == parts[len(parts)-1] && strings.HasSuffix(rest, part) {
			return true
		}
		_, rest, ok = strings.Cut(rest, part)
	}
	return ok && rest == ""
}
