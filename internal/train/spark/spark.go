// Package spark fits rows on Apache Spark: it runs train.py by spark-submit, a child
// process, and believes what comes back once the rows here agree.
//
// It stands below train, which makes models of the fits. It knows neither batches
// nor models. Every run has a temporary folder of its own, which is gone when Fit
// returns; so a run that ends in the middle leaves nothing behind.
package spark

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// Config says how Spark is run. The zero value of a field is its default.
type Config struct {
	Submit  string        `name:"spark-submit" default:"spark-submit" help:"Engine spark: the spark-submit to run; Spark 4.2 with numpy."`
	Master  string        `name:"spark-master" default:"local[*]" help:"Engine spark: the master, e.g. local[*], spark://HOST:7077, yarn, k8s://URL."`
	Conf    []string      `name:"spark-conf" sep:"none" placeholder:"KEY=VALUE" help:"Engine spark: a setting of Spark; may be repeated."`
	Dir     string        `name:"spark-dir" help:"Engine spark: folder for the rows that are handed to Spark; on a cluster one that all its machines see."`
	Timeout time.Duration `name:"spark-timeout" default:"30m" help:"Engine spark: a run that takes longer is ended."`
}

// WithDefaults returns c with the zero fields filled in.
func (c Config) WithDefaults() Config {
	c.Submit = cmp.Or(c.Submit, "spark-submit")
	c.Master = cmp.Or(c.Master, "local[*]")
	c.Timeout = cmp.Or(c.Timeout, 30*time.Minute)
	return c
}

// masters are the forms of a master's name that Spark takes.
var masters = regexp.MustCompile(`^(local(\[(\*|[0-9]+)(,[0-9]+)?\])?|local-cluster\[[0-9, ]+\]|yarn|(spark|k8s)://.+)$`)

// Check reports all that is wrong with c at once, and whether there is a
// spark-submit: Spark is never replaced by another engine silently. It is not named
// Validate, because the command line calls that by itself, whatever the engine.
func (c Config) Check() error {
	c = c.WithDefaults()
	var errs []error
	if _, err := exec.LookPath(c.Submit); err != nil {
		errs = append(errs, fmt.Errorf("--spark-submit %s: %w; pip install -r deploy/spark/requirements.txt brings one, or take --engine native", c.Submit, errors.Unwrap(err)))
	}
	if !masters.MatchString(c.Master) {
		errs = append(errs, fmt.Errorf("--spark-master %s: want local[N], spark://HOST:PORT, yarn or k8s://URL", c.Master))
	}
	for _, kv := range c.Conf {
		if key, _, ok := strings.Cut(kv, "="); !ok || key == "" {
			errs = append(errs, fmt.Errorf("--spark-conf %s: want KEY=VALUE", kv))
		}
	}
	if c.Timeout < 0 {
		errs = append(errs, fmt.Errorf("--spark-timeout %s: want more than 0s", c.Timeout))
	}
	return errors.Join(errs...)
}

// job is one model to train.
type job struct {
	Files []string  // as in Data
	CSV   []byte    // the same
	Start []float64 // k×2: the initial centroids
	Rows  int       // usable rows that Spark must find
}

// options are what all jobs of a run share.
type options struct {
	Frame         []byte // JSON of the map's frame
	MaxIterations int
	Tolerance     float64                    // as in package kmeans
	Progress      func(stage, detail string) // may be nil
}

// result is what Spark found for one job.
type result struct {
	Iterations int
	Converged  bool
	Inertia    float64   // sum of squared distances to Centroids, km²
	Centroids  []float64 // k×2
	Sizes      []int     // k
}

// run trains all jobs in one application of Spark and returns their results in
// order. A run that fails is tried once more, unless what it was given is at
// fault. When ctx ends, or the timeout, all processes of the run are ended.
func run(ctx context.Context, c Config, jobs []job, o options) ([]result, error) {
	c = c.WithDefaults()
	if err := c.Check(); err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(string, string) {}
	}
	results, err := attempt(ctx, c, jobs, o)
	var refused *refusedError
	if err == nil || ctx.Err() != nil || errors.As(err, &refused) || errors.Is(err, context.DeadlineExceeded) {
		return results, err
	}
	o.Progress("retry", err.Error())
	return attempt(ctx, c, jobs, o)
}

// refusedError is what train.py refuses: trying again does not help.
type refusedError struct{ reason string }

func (e *refusedError) Error() string { return "spark: " + e.reason }
