package e2e_test

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/model"
	"hotspot/internal/testkit"
)

// The consumer's model is a model file as any other, and the api serves it.
func TestConsumerOnSpark(t *testing.T) {
	submit := realSpark(t)
	dir, kafka := t.TempDir(), testkit.Kafka(t)
	run(t, dir, "producer", on(kafka, "--input", testkit.Generated(t, 5000), "--sleep-max", "0")...)
	p := sparkRun(t, dir, "consumer", on(kafka, sparkFlags(submit, "--dir", "spark", "--batches", "1", "--log-format", "json")...)...)
	for _, stage := range []string{"session", "read", "iteration", "model", "done"} {
		if !strings.Contains(p.err.String(), `"stage":"`+stage+`"`) {
			t.Errorf("the log lacks the stage %s:\n%s", stage, p.err.String())
		}
	}
	run(t, dir, "consumer", on(kafka, "--dir", "native", "--batches", "1")...)
	m, native := decoded(t, filepath.Join(dir, "spark", model.Name(1))), decoded(t, filepath.Join(dir, "native", model.Name(1)))
	if m.Settings.Engine != "spark" || m.Reproducible || m.Rows != native.Rows || m.Inertia > native.Inertia*(1+1e-6) || len(m.Clusters) != 5 {
		t.Errorf("model %+v, rows %+v, inertia %v; native %+v, %v", m.Settings, m.Rows, m.Inertia, native.Rows, native.Inertia)
	}
	for c := range m.Clusters {
		a, b := m.Clusters[c].Centroid, native.Clusters[c].Centroid
		if d := math.Hypot(a.EastKm-b.EastKm, a.NorthKm-b.NorthKm); d > 0.1 {
			t.Errorf("cluster %d lies %v km from native's", c, d)
		}
	}
	port := testkit.FreeAddress(t)
	start(t, dir, "api", "--dir", "spark", "--listen", port, "--web", "")
	status, body := 0, ""
	testkit.Eventually(t, "the api serves the model", func() bool {
		status, body = testkit.Get("http://" + port + "/models/1")
		return status == http.StatusOK
	})
	if !strings.Contains(body, `"engine":"spark"`) {
		t.Errorf("/models/1: %s", body)
	}
}

func decoded(t *testing.T, name string) *model.Model {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Several files are several models of one application, and what it does is
// said while it runs.
func TestTrainEachOnSpark(t *testing.T) {
	submit, dir := realSpark(t), t.TempDir()
	text, err := os.ReadFile(testkit.Generated(t, 6000))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	files := []string{cut(t, lines, 0, 3000), cut(t, lines, 3000, 6000)}
	p := sparkRun(t, dir, "hotspot", append([]string{"train", "--each", "--json", "--bounds", "-105.2,39.55,-104.5,39.95"}, sparkFlags(submit, files...)...)...)
	in := json.NewDecoder(strings.NewReader(p.out.String()))
	for n := 1; n <= 2; n++ {
		var m model.Model
		if err := in.Decode(&m); err != nil || m.Model != n || m.Settings.Engine != "spark" || len(m.Clusters) != 5 {
			t.Fatalf("model %d: %v, %+v", n, err, m)
		}
	}
	if n := strings.Count(p.err.String(), "spark      session"); n != 1 {
		t.Errorf("%d sessions, want one for both files", n)
	}
	for _, want := range []string{"spark      read 3000 rows", "spark      iteration 1, inertia", "spark      model 2 of 2", "spark      done 2 models"} {
		if !strings.Contains(p.err.String(), want) {
			t.Errorf("the progress lacks %q:\n%s", want, p.err.String())
		}
	}
}

// A program that is told to end in the middle takes all processes of Spark
// with it, and leaves no file.
func TestTermEndsSparkToo(t *testing.T) {
	submit, dir := realSpark(t), t.TempDir()
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		t.Fatal(err)
	}
	p := start(t, dir, "hotspot", append([]string{"train"}, sparkFlags(submit, "--spark-dir", work, testkit.Generated(t, 5000))...)...)
	testkit.Eventually(t, "a JVM, and Python that runs train.py", func() bool {
		return slices.ContainsFunc(processesOf(work), func(line string) bool { return strings.Contains(line, "java\x00") }) &&
			slices.ContainsFunc(processesOf(work), func(line string) bool { return strings.Contains(line, "python3\x00"+work) })
	})
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(); code != 143 {
		t.Errorf("exit %d, want 143\n%s", code, p.err.String())
	}
	testkit.Eventually(t, "the end of all processes of Spark", func() bool { return len(processesOf(work)) == 0 })
	if left, _ := os.ReadDir(work); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// processesOf are the command lines of the processes that work on a run in dir.
func processesOf(dir string) (lines []string) {
	names, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range names {
		if line, err := os.ReadFile(name); err == nil && bytes.Contains(line, []byte(dir+"/hotspot-spark-")) {
			lines = append(lines, string(line))
		}
	}
	return lines
}
