package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotspot/deploy/spark"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/source"
	"hotspot/internal/testkit"
)

// realSpark is the spark-submit of a real Spark.
func realSpark(t *testing.T) string {
	t.Helper()
	return needs(t, "HOTSPOT_TEST_SPARK", "Spark: scripts/test-spark.sh, which make test-integration runs")
}

// sparkModel is what train.py says of one model.
type sparkModel struct {
	Rows struct {
		Total, Trained int
	}
	Iterations int
	Status     string
	Inertia    float64
	Centroids  [][2]float64
	Clusters   []struct{ Size int }
}

// trainPy runs train.py on a master from the start centroids. Each line of its
// standard output goes to said, which may be nil, as it comes.
func trainPy(t *testing.T, master string, starts [][][2]float64, said func(line string), args ...string) (models []sparkModel, log string, err error) {
	t.Helper()
	submit, dir := realSpark(t), t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	text, err := json.Marshal(starts)
	if err := errors.Join(err, os.WriteFile(file("train.py"), spark.Script, 0o600), os.WriteFile(file("start.json"), text, 0o600)); err != nil {
		t.Fatal(err)
	}
	at := slices.Index(args, "--") // before it: for spark-submit
	flags := []string{"--master", master, "--conf", "spark.ui.enabled=false", "--conf", "spark.driver.memory=1g", "--conf", "spark.executor.memory=512m", "--conf", "spark.sql.shuffle.partitions=4"}
	flags = append(append(flags, args[:max(at, 0)]...), file("train.py"))
	flags = append(append(flags, args[at+1:]...), "--start", file("start.json"), "--output", file("result.json"))
	cmd := exec.CommandContext(t.Context(), submit, flags...)
	cmd.Env = append(cmd.Environ(), "PYSPARK_PYTHON="+filepath.Join(filepath.Dir(submit), "python3"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for in := bufio.NewScanner(out); in.Scan(); {
		t.Log(in.Text())
		fmt.Fprintln(&printed, in.Text())
		if said != nil {
			said(in.Text())
		}
	}
	if err := cmd.Wait(); err != nil {
		return nil, printed.String() + stderr.String(), err
	}
	text, err = os.ReadFile(file("result.json"))
	var result struct{ Models []sparkModel }
	if err == nil {
		err = json.Unmarshal(text, &result)
	}
	if err != nil {
		t.Fatal(err)
	}
	return result.Models, printed.String() + stderr.String(), nil
}

// located are the offenses of a CSV that can be trained on, with their vectors.
type located struct {
	offenses []string
	x        []float64
}

func readLocated(t *testing.T, name string) (l located) {
	t.Helper()
	csv, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range source.Rows(csv, name) {
		if err != nil {
			t.Fatal(err)
		}
		var skip feature.Skip
		if l.x, skip = feature.Default().Vector(l.x, feature.Geo, feature.NewInput(rec)); skip == "" {
			l.offenses = append(l.offenses, strings.Clone(rec.Text[crime.ColOffenseID]))
		}
	}
	return l
}

// spread are k rows at even distances in the file: a start that is far from any fit.
func (l located) spread(k int) (start [][2]float64) {
	for c := range k {
		i := c * len(l.offenses) / k
		start = append(start, [2]float64{l.x[2*i], l.x[2*i+1]})
	}
	return start
}

// cut writes the rows from … to-1 of a CSV without quoted line ends.
func cut(t *testing.T, lines [][]byte, from, to int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), fmt.Sprintf("rows-%d.csv", from))
	if err := os.WriteFile(name, slices.Concat(lines[0], bytes.Join(lines[1+from:1+to], nil)), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// From the same initial centroids Spark and native find the same, on each of
// the first three batches and on all rows, however the rows are cut: the
// centroids to 1e-5 km, and the cluster of 99.99 % of the rows. One
// application trains all seven. The rows are the city's where they are at hand.
func TestSparkAndNativeFindTheSame(t *testing.T) {
	realSpark(t)
	input := testkit.Generated(t, 15000)
	if os.Getenv("HOTSPOT_TEST_DATA") != "" {
		input = filepath.Join(t.TempDir(), "city.csv")
		run(t, t.TempDir(), "hotspot", "prepare", testkit.City(t), "-o", input)
	}
	text, err := os.ReadFile(input)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	batch := func(n int) string { return cut(t, lines, (n-1)*5000, n*5000) }
	jobs := []struct {
		name, file, partitions string
	}{
		{"batch 1", batch(1), "1"},
		{"batch 1", batch(1), "8"},
		{"batch 2", batch(2), "0"},
		{"batch 3", batch(3), "0"},
		{"all rows", input, "1"},
		{"all rows", input, "2"},
		{"all rows", input, "8"},
	}
	labels := t.TempDir()
	args := []string{"--", "--each", "--labels", "file://" + labels}
	var partitions []string
	rows := map[string]located{}
	var starts [][][2]float64
	for _, j := range jobs {
		args = append(args, "--input", "file://"+j.file)
		partitions = append(partitions, j.partitions)
		if _, ok := rows[j.name]; !ok {
			rows[j.name] = readLocated(t, j.file)
		}
		starts = append(starts, rows[j.name].spread(5))
	}
	models, log, err := trainPy(t, "local[2]", starts, nil, append(args, "--partitions", strings.Join(partitions, ","))...)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	same := map[string]sparkModel{}
	for i, j := range jobs {
		m, l := models[i], rows[j.name]
		if first, ok := same[j.name]; !ok {
			same[j.name] = m
		} else if fmt.Sprint(first) != fmt.Sprint(m) {
			t.Errorf("%s in %s partitions: %+v, before %+v", j.name, j.partitions, m, first)
		}
		want, err := kmeans.FitFrom(l.x, 2, flat(starts[i]), kmeans.Config{K: 5})
		if err != nil {
			t.Fatal(err)
		}
		apart, order := matched(want.Centroids, m.Centroids)
		found := readLabels(t, filepath.Join(labels, fmt.Sprintf("model-%06d", i+1)))
		agree := 0
		for r, offense := range l.offenses {
			if c, ok := found[offense]; ok && order[c] == int(want.Labels[r]) {
				agree++
			}
		}
		share := float64(agree) / float64(len(l.offenses))
		t.Logf("TABLE | %s | %s | %d | %d / %d | %.6f / %.6f | %.2g km | %.4f %% |", j.name, j.partitions, len(l.offenses),
			want.Iterations, m.Iterations, want.Inertia, m.Inertia, apart, share*100)
		if apart > 1e-5 || share < 0.9999 || len(found) != len(l.offenses) {
			t.Errorf("%s in %s partitions: centroids %v km apart, %.4f %% of %d labels agree; want 1e-5 and 99.99", j.name, j.partitions, apart, share*100, len(found))
		}
		if m.Iterations != want.Iterations || m.Rows.Trained != len(l.offenses) {
			t.Errorf("%s: %d iterations over %d rows, native %d over %d", j.name, m.Iterations, m.Rows.Trained, want.Iterations, len(l.offenses))
		}
	}
}

func flat(centroids [][2]float64) (x []float64) {
	for _, c := range centroids {
		x = append(x, c[0], c[1])
	}
	return x
}

// matched says how far the centroids are apart at most, in km, and the number
// in want of each in got. Native orders its clusters by size.
func matched(want []float64, got [][2]float64) (apart float64, order []int) {
	for _, g := range got {
		nearest, best := 0, math.Inf(1)
		for c := range len(want) / 2 {
			if d := math.Hypot(g[0]-want[2*c], g[1]-want[2*c+1]); d < best {
				nearest, best = c, d
			}
		}
		apart, order = max(apart, best), append(order, nearest)
	}
	return apart, order
}

// readLabels reads what --labels has written: the cluster of every offense.
func readLabels(t *testing.T, dir string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "part-*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no labels: %v", dir, err)
	}
	found := map[string]int{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			offense, cluster, _ := strings.Cut(strings.TrimSpace(line), ",")
			if cluster != "cluster" {
				var c int
				if _, err := fmt.Sscan(cluster, &c); err != nil {
					t.Fatalf("%s: %q: %v", name, line, err)
				}
				found[offense] = c
			}
		}
	}
	return found
}

// sparkFlags are those of a program that trains on Spark here.
func sparkFlags(submit string, args ...string) []string {
	return append([]string{"--engine", "spark", "--spark-submit", submit, "--spark-master", "local[2]", "--spark-conf", "spark.driver.memory=1g", "--spark-timeout", "8m"}, args...)
}

// sparkRun is run that also returns what was said.
func sparkRun(t *testing.T, dir, name string, args ...string) *process {
	t.Helper()
	p := start(t, dir, name, args...)
	if code := p.wait(); code != 0 {
		t.Fatalf("%s: exit %d\n%s%s", p.cmd, code, p.out.String(), p.err.String())
	}
	return p
}
