package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/source"
	"hotspot/internal/testkit"
)

// Nothing but the topic is between these processes: no file that both see, and no
// flag that says where the city lies.
func TestAnotherCitysAreaTravelsThroughThreePrograms(t *testing.T) {
	input := testkit.Elsewhere(t, 5000)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	run(t, t.TempDir(), "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	run(t, dir, "consumer", on(kafka, "--dir", "out", "--batches", "1")...)
	api := testkit.FreeAddress(t)
	start(t, dir, "api", "--dir", "out", "--listen", api, "--web", "")
	var cluster struct {
		Cluster  *int `json:"cluster"`
		Training bool `json:"in_training"`
	}
	testkit.Eventually(t, "model 1 answers", func() bool {
		return get(fmt.Sprintf("http://%s/model1/2018174723/cluster", api), &cluster)
	})
	if cluster.Cluster == nil || !cluster.Training {
		t.Errorf("%+v, want a cluster that the crime was trained in", cluster)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "out", "batch-000001.json"))
	if err != nil || !strings.Contains(string(manifest), `"area": "0.05,51.44;-0.2,51.25,0.5,51.65;;0"`) {
		t.Errorf("%v: the manifest does not say where the city lies: %.400s", err, manifest)
	}
}

// A sidecar that was lost is no city of Denver's.
func TestNoProgramGuessesWhereACityLies(t *testing.T) {
	input := testkit.Elsewhere(t, 500)
	if err := os.Remove(source.MetaPath(input)); err != nil {
		t.Fatal(err)
	}
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	refused := func(want string, name string, args ...string) {
		t.Helper()
		p := start(t, dir, name, args...)
		if code := p.wait(); code != 2 || !strings.Contains(p.err.String(), want) {
			t.Errorf("%s: exit %d: %s, want 2 and %q", name, code, p.err.String(), want)
		}
	}
	refused("--bounds WEST,SOUTH,EAST,NORTH", "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	refused("--bounds WEST,SOUTH,EAST,NORTH", "hotspot", "up", "--once", "1", "--batch-size", "500", "--sleep-max", "0", "--input", input,
		"--broker-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0")
	refused("--bounds WEST,SOUTH,EAST,NORTH", "hotspot", "train", input)
	refused("is it another city's file", "producer", on(kafka, "--input", input, "--sleep-max", "0", "--bounds=-105.2,39.55,-104.5,39.95")...)
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0", "--bounds=-0.2,51.25,0.5,51.65")...)
	run(t, dir, "consumer", on(kafka, "--dir", "out", "--batch-size", "500", "--batches", "1")...)
	if out := run(t, dir, "hotspot", "train", "out/batch-000001.csv"); !strings.Contains(out, "5 areas") {
		t.Errorf("%s\nwant areas: the manifest beside the batch says where they lie", out)
	}
}
