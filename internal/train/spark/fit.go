package spark

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
)

// Data are the rows of one model: their vectors, and where Spark finds them.
type Data struct {
	Sample []float64      // n×2 by row: km east and north, of evenly spaced rows or all
	Points *kmeans.Points // of all rows
	Files  []string       // paths of CSV with a header, plain or .gz; or CSV
	CSV    []byte         // the rows themselves, when Files is empty
}

// dims is the length of a vector: train.py knows the map only.
const dims = 2

// Fit groups all of data in one application of Spark, each into k.K clusters, and
// returns their fits in order. Spark goes on from a native fit of a sample, so the
// result does not depend on how it cuts its work. What has fewer distinct points
// than clusters is not sent; its fit is nil. progress, which may be nil, is told
// the stages session, read, iteration, model, retry and done.
func Fit(ctx context.Context, c Config, data []Data, k kmeans.Config, frame feature.Frame, progress func(stage, detail string)) ([]*kmeans.Result, error) {
	fits := make([]*kmeans.Result, len(data))
	var jobs []job
	var sent []int
	for i, d := range data {
		start, err := fitSample(d, k)
		if errors.Is(err, kmeans.ErrTooFewPoints) {
			continue
		}
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job{Files: d.Files, CSV: d.CSV, Start: start, Rows: d.Points.N})
		sent = append(sent, i)
	}
	if len(jobs) == 0 {
		return fits, nil
	}
	text, err := json.Marshal(frame)
	if err != nil {
		return nil, err
	}
	results, err := run(ctx, c, jobs, options{Frame: text, MaxIterations: k.MaxIterations, Tolerance: k.Tolerance, Progress: progress})
	if err != nil {
		return nil, err
	}
	for j, r := range results {
		if fits[sent[j]], err = checkFit(r, data[sent[j]].Points); err != nil {
			return nil, err
		}
	}
	return fits, nil
}

// sampled is how many rows the initial centroids are chosen from.
const sampled = 20000

// fitSample returns the k×2 centroids of a native fit of evenly spaced rows: the
// best of several starts for the price of a sample.
func fitSample(d Data, c kmeans.Config) ([]float64, error) {
	x, sample := d.Sample, d.Sample
	n := len(x) / dims
	if step := n/sampled + 1; step > 1 {
		sample = make([]float64, 0, (n/step+1)*dims)
		for i := 0; i < n; i += step {
			sample = append(sample, x[i*dims:(i+1)*dims]...)
		}
	}
	fit, err := kmeans.Fit(sample, dims, c)
	if errors.Is(err, kmeans.ErrTooFewPoints) {
		fit, err = d.Points.Fit(c)
	}
	if err != nil {
		return nil, err
	}
	return fit.Centroids, nil
}

// checkFit makes a fit of what Spark found, after a look at the rows: each cluster
// has as many here as there, and the inertia is what they give.
func checkFit(r result, p *kmeans.Points) (*kmeans.Result, error) {
	k := len(r.Sizes)
	fit := &kmeans.Result{
		K: k, D: dims, Centroids: r.Centroids, Sizes: make([]int, k), Iterations: r.Iterations,
		Status: kmeans.Converged, Distinct: len(p.Weight),
	}
	if !r.Converged {
		fit.Status = kmeans.IterationLimit
	}
	for i, w := range p.Weight {
		c, sq := kmeans.Nearest(fit.Centroids, dims, p.X[i*dims:(i+1)*dims])
		fit.Sizes[c] += int(w)
		fit.Inertia += float64(w * sq)
	}
	for c, n := range fit.Sizes {
		if n != r.Sizes[c] {
			return nil, fmt.Errorf("spark: cluster %d has %d rows on Spark and %d in this program; does Spark read the same files?", c, r.Sizes[c], n)
		}
	}
	if math.Abs(fit.Inertia-r.Inertia) > 1e-6*fit.Inertia {
		return nil, fmt.Errorf("spark: the inertia is %v on Spark and %v in this program; does Spark read the same files?", r.Inertia, fit.Inertia)
	}
	return fit, nil
}
