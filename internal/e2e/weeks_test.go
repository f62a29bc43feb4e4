package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
	"hotspot/internal/testkit"
)

// manifestsOf are the manifests of a folder.
func manifestsOf(t *testing.T, dir string) []*batch.Manifest {
	t.Helper()
	d, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := batch.OpenFolder(d).Manifests()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The weeks of the city's own file: as many as there are, in whatever number of
// partitions they come, on one processor, after a kill -9 in the middle.
func TestTheCityByWeek(t *testing.T) {
	raw := testkit.City(t)
	dir := t.TempDir()
	run(t, dir, "hotspot", "prepare", raw, "-o", "city.csv")
	input := filepath.Join(dir, "city.csv")
	const weeks = 303
	want := reference(t, input, weeks, "--batch-by", "week")
	rows := int64(0)
	for i, m := range manifestsOf(t, want) {
		if m.Batch != i+1 || m.Window.By != batch.ByWeek || m.Window.Late != 0 || m.Rows == 0 || m.FirstRow != rows+1 {
			t.Errorf("batch %d: %d rows from row %d, %+v", m.Batch, m.Rows, m.FirstRow, m.Window)
		}
		rows += int64(m.Rows)
	}
	if last := manifestsOf(t, want)[weeks-1]; last.Window.First != "2024-10-14" {
		t.Errorf("batch %d is the %s", weeks, last.Window)
	}
	t.Setenv("GOMAXPROCS", "1")
	kafka := testkit.Kafka(t)
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0", "--partitions", "5")...)
	settings := on(kafka, "--dir", "out", "--batch-by", "week", "--batches", fmt.Sprint(weeks))
	c := start(t, dir, "consumer", settings...)
	half := filepath.Join(dir, "out", batch.ManifestName(weeks/2))
	testkit.Eventually(t, "half of the weeks are there", func() bool { _, err := os.Stat(half); return err == nil })
	c.kill()
	run(t, dir, "consumer", settings...)
	testkit.SameFolder(t, want, filepath.Join(dir, "out"))
}

// A city whose second week has no row, in one process: the week has a batch, a model
// without areas, and an answer of every kind.
func TestAWeekWithoutRowsHasAnAnswer(t *testing.T) {
	input := testkit.Generated(t, 6000)
	data, err := os.ReadFile(input)
	if err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	secondWeek := regexp.MustCompile(",2019-01-(0[789]|1[0123])T")
	for line := range strings.Lines(string(data)) {
		if !secondWeek.MatchString(line) {
			kept.WriteString(line)
		}
	}
	if err := os.WriteFile(input, []byte(kept.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	dir, listen := t.TempDir(), testkit.FreeAddress(t)
	up := start(t, dir, "hotspot", "up", "--batch-by", "week", "--sleep-max", "0", "--flush", "--input", input,
		"--broker-listen", "127.0.0.1:0", "--listen", listen, "--web", "", "--dir", "out")
	url := "http://" + listen
	var list struct {
		Latest  int
		Waiting struct{ Window batch.Window }
		Models  []struct {
			Model       int
			Provisional bool
			Status      string
			Window      batch.Window
		}
	}
	testkit.Eventually(t, "the open week has a model", func() bool {
		return get(url+"/models", &list) && len(list.Models) > 0 && list.Models[len(list.Models)-1].Provisional
	})
	manifests := manifestsOf(t, filepath.Join(dir, "out"))
	empty := 0
	for i, m := range manifests {
		if got := list.Models[i].Window; got != m.Window || m.Window.String() == "" {
			t.Errorf("model %d: window %+v, the manifest says %+v", i+1, got, m.Window)
		}
		if m.Rows == 0 {
			empty = m.Batch
		}
	}
	if empty == 0 || list.Latest != len(manifests) || list.Waiting.Window != manifests[len(manifests)-1].Window.Next() {
		t.Fatalf("batch without rows %d, %d manifests, %+v", empty, len(manifests), list)
	}
	if said := up.out.String(); !strings.Contains(said, fmt.Sprintf("batch %d, week of ", empty)) || !strings.Contains(said, ": no rows, sha256") {
		t.Errorf("up said\n%s", said)
	}
	csv, err := os.ReadFile(filepath.Join(dir, "out", batch.CSVName(1)))
	if err != nil {
		t.Fatal(err)
	}
	_, first, _ := strings.Cut(string(csv), "\n")
	id, _, _ := strings.Cut(first, ",")
	answers := map[string]string{
		"/models/%d": `"status":"untrainable"`, "/models/%d/clusters": `"clusters":[]`, "/models/%d.geojson": `"features":[]`,
		"/model%d/" + id + "/cluster": `"reason":"untrainable"`, "/models/%d/compare/1": "not-comparable", "/report/%d": "",
	}
	for path, says := range answers {
		status, body := testkit.Get(url + fmt.Sprintf(path, empty))
		if status >= 500 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s, want %q", fmt.Sprintf(path, empty), status, body, says)
		}
	}
	var crime json.RawMessage
	if !get(url+"/crimes/"+id, &crime) {
		t.Error("a crime of the first week has no answer")
	}
	up.kill()
	said := run(t, dir, "hotspot", "verify", "--dir", "out", "--input", input)
	if !strings.Contains(said, "all that was read agrees") {
		t.Errorf("verify said\n%s", said)
	}
	if said := run(t, dir, "hotspot", "explain", id, "--dir", "out", "--input", input); !strings.Contains(said, "batch 1, week of 31 Dec 2018 holds rows 1 to ") {
		t.Errorf("explain said\n%s", said)
	}
}
