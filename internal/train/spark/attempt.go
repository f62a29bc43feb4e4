package spark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hotspot/deploy/spark"
)

// format is the first member of the result that is understood.
const format = "hotspot.spark/2"

// attempt runs spark-submit once in a folder of its own.
func attempt(ctx context.Context, c Config, jobs []job, o options) ([]result, error) {
	if err := answers(ctx, c.Master); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(c.Dir, "hotspot-spark-")
	if err != nil {
		return nil, fmt.Errorf("spark: %w", err)
	}
	defer os.RemoveAll(dir)
	args, err := arrange(dir, c, jobs, o)
	if err != nil {
		return nil, fmt.Errorf("spark: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	if err := submit(limited, c, args, o.Progress); err != nil {
		switch {
		case ctx.Err() != nil:
			return nil, fmt.Errorf("spark: %w", ctx.Err())
		case limited.Err() != nil:
			return nil, fmt.Errorf("spark: not done after --spark-timeout %s, ended: %w; allow more time, or give Spark more cores", c.Timeout, limited.Err())
		}
		return nil, err
	}
	return results(filepath.Join(dir, "result.json"), jobs)
}

// arrange writes what the run needs into dir and returns the arguments. The
// folder is readable by everyone, because executors may run as another user.
func arrange(dir string, c Config, jobs []job, o options) ([]string, error) {
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	script, start := filepath.Join(dir, "train.py"), filepath.Join(dir, "start.json")
	args := []string{"--master", c.Master, "--conf", "spark.ui.enabled=false", "--conf", "spark.log.level=WARN"}
	for _, kv := range c.Conf {
		args = append(args, "--conf", kv)
	}
	args = append(args, script, "--start", start, "--output", filepath.Join(dir, "result.json"),
		"--frame", string(o.Frame), "--max-iterations", strconv.Itoa(o.MaxIterations),
		"--tolerance", strconv.FormatFloat(o.Tolerance, 'g', -1, 64))
	if len(jobs) > 1 {
		args = append(args, "--each")
	}
	starts := make([][][2]float64, len(jobs))
	for i, j := range jobs {
		for at := 0; at+1 < len(j.Start); at += 2 {
			starts[i] = append(starts[i], [2]float64{j.Start[at], j.Start[at+1]})
		}
		if len(j.Files) == 0 {
			name := filepath.Join(dir, fmt.Sprintf("rows-%06d.csv", i+1))
			if err := os.WriteFile(name, j.CSV, 0o644); err != nil {
				return nil, err
			}
			j.Files = []string{name}
		}
		for _, f := range j.Files {
			abs, err := filepath.Abs(f)
			if err != nil {
				return nil, err
			}
			// A cluster's own file system would be asked for a bare path.
			args = append(args, "--input", "file:///"+strings.TrimPrefix(filepath.ToSlash(abs), "/"))
		}
	}
	text, err := json.Marshal(starts)
	if err != nil {
		return nil, err
	}
	return args, errors.Join(os.WriteFile(script, spark.Script, 0o644), os.WriteFile(start, text, 0o644))
}

// results reads and checks what the run wrote.
func results(name string, jobs []job) ([]result, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("spark: spark-submit ended well and left no result: %w", err)
	}
	var file struct {
		Format string `json:"format"`
		Models []struct {
			Rows struct {
				Trained int `json:"trained"`
			} `json:"rows"`
			Iterations int          `json:"iterations"`
			Status     string       `json:"status"`
			Inertia    float64      `json:"inertia"`
			Centroids  [][2]float64 `json:"centroids"`
			Clusters   []struct {
				Size int `json:"size"`
			} `json:"clusters"`
		} `json:"models"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("spark: read the result: %w", err)
	}
	if file.Format != format || len(file.Models) != len(jobs) {
		return nil, fmt.Errorf("spark: the result is %q with %d models; want %q with %d", file.Format, len(file.Models), format, len(jobs))
	}
	out := make([]result, len(jobs))
	for i, m := range file.Models {
		k := len(jobs[i].Start) / 2
		if m.Rows.Trained != jobs[i].Rows {
			return nil, &refusedError{fmt.Sprintf("model %d: Spark found %d usable rows where there are %d; does it read the same files?", i+1, m.Rows.Trained, jobs[i].Rows)}
		}
		if len(m.Centroids) != k || len(m.Clusters) != k {
			return nil, fmt.Errorf("spark: model %d: %d centroids and %d clusters came back; want %d", i+1, len(m.Centroids), len(m.Clusters), k)
		}
		r := result{Iterations: m.Iterations, Converged: m.Status == "converged", Inertia: m.Inertia}
		n := 0
		for c := range k {
			at := m.Centroids[c]
			if math.IsNaN(at[0]+at[1]) || math.Abs(at[0]) > 1e5 || math.Abs(at[1]) > 1e5 {
				return nil, fmt.Errorf("spark: model %d, cluster %d: %v is no place on the map", i+1, c, at)
			}
			r.Centroids = append(r.Centroids, at[0], at[1])
			r.Sizes = append(r.Sizes, m.Clusters[c].Size)
			n += m.Clusters[c].Size
		}
		if n != jobs[i].Rows {
			return nil, fmt.Errorf("spark: model %d: the clusters hold %d rows; want %d", i+1, n, jobs[i].Rows)
		}
		out[i] = r
	}
	return out, nil
}
