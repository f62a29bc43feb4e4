package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/train/spark"
)

// onSpark is the name of the engine that is not part of this process.
const onSpark = "spark"

// Trainer trains with what an engine outside of this process needs to be told.
// The package's Batch is that of the zero Trainer.
type Trainer struct {
	Spark    spark.Config
	Progress func(stage, detail string) // of engine spark, and of choosing k; may be nil, may be called from several goroutines
}

// Validate is the package's Validate, and that of Spark when s asks for it.
func (t Trainer) Validate(s model.Settings) error {
	err := Validate(s)
	if s.Engine == onSpark {
		if s.Features != string(feature.Geo) {
			err = errors.Join(err, fmt.Errorf("engine %q: features %q: want %q, or engine %q", s.Engine, s.Features, feature.Geo, engines[0].name))
		}
		if s.Weight != "offense" {
			err = errors.Join(err, fmt.Errorf("engine %q: weight %q: want %q, or engine %q", s.Engine, s.Weight, "offense", engines[0].name))
		}
		err = errors.Join(err, t.Spark.Check())
	}
	return err
}

// Batch is the package's Batch. With engine "spark" the batch is fitted by a
// process that is ended when ctx ends.
func (t Trainer) Batch(ctx context.Context, b *batch.Manifest, csv []byte, s model.Settings, frame feature.Frame, previous *model.Model) (*model.Model, error) {
	if err := errors.Join(Validate(s), frame.Validate()); err != nil {
		return nil, fmt.Errorf("train: batch %d: %w", b.Batch, err)
	}
	rows, err := readRows(ctx, b, csv, s, frame)
	if err == nil {
		s, err = t.choose(ctx, rows, s, previous)
	}
	if err != nil {
		return nil, fmt.Errorf("train: batch %d: %w", b.Batch, err)
	}
	var fits []*kmeans.Result
	if s.Engine == onSpark {
		fits, err = t.fit(ctx, s, frame, []fileSource{{rows: rows, csv: csv}})
	}
	if err == nil {
		m := (*model.Model)(nil)
		m, err = run(ctx, b, rows, s, frame, previous, first(fits))
		if err == nil {
			return m, nil
		}
	}
	return nil, fmt.Errorf("train: batch %d: %w", b.Batch, err)
}

// Each trains one model of each of ds, numbered after each other, as if they
// were batches 1, 2, 3 …, but that k from the data is always the first one's. With engine "spark" all of them are fitted by one
// application, since a session costs more than a fit.
func (t Trainer) Each(ctx context.Context, ds []*Data, s model.Settings) ([]*model.Model, error) {
	if err := Validate(s); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if len(ds) == 0 {
		return nil, nil
	}
	s, err := t.choose(ctx, ds[0].rows, s, nil)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	fits := make([]*kmeans.Result, len(ds))
	if s.Engine == onSpark {
		sources := make([]fileSource, len(ds))
		for i, d := range ds {
			sources[i] = fileSource{rows: d.rows, files: d.files}
		}
		if fits, err = t.fit(ctx, s, ds[0].frame, sources); err != nil {
			return nil, fmt.Errorf("train: %w", err)
		}
	}
	models := make([]*model.Model, 0, len(ds))
	var previous *model.Model
	for i, d := range ds {
		b := d.manifest
		b.Batch = i + 1
		m, err := run(ctx, &b, d.rows, s, d.frame, previous, fits[i])
		if err != nil {
			return nil, fmt.Errorf("train: file %d: %w", i+1, err)
		}
		models = append(models, m)
		if len(m.Clusters) > 0 {
			previous = m
		}
	}
	return models, nil
}

func first(fits []*kmeans.Result) *kmeans.Result {
	if len(fits) == 0 {
		return nil
	}
	return fits[0]
}

// source is where Spark finds rows that are known here.
type fileSource struct {
	rows  *rows
	csv   []byte
	files []string
}

// fit has Spark fit all sources in one run. A source that has too few distinct
// places is not sent; its result is nil, and the native engine will say so.
func (t Trainer) fit(ctx context.Context, s model.Settings, frame feature.Frame, sources []fileSource) ([]*kmeans.Result, error) {
	fits := make([]*kmeans.Result, len(sources))
	var jobs []spark.Job
	var sent []int
	for i, src := range sources {
		start, err := initial(src.rows, s)
		if errors.Is(err, kmeans.ErrTooFewPoints) {
			continue
		}
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, spark.Job{Files: src.files, CSV: src.csv, Start: start, Rows: src.rows.n()})
		sent = append(sent, i)
	}
	if len(jobs) == 0 {
		return fits, nil
	}
	text, err := json.Marshal(frame)
	if err != nil {
		return nil, err
	}
	results, err := spark.Run(ctx, t.Spark, jobs, spark.Options{Frame: text, MaxIterations: s.MaxIterations, Tolerance: s.Tolerance, Progress: t.Progress})
	if err != nil {
		return nil, err
	}
	for j, r := range results {
		if fits[sent[j]], err = adopt(r, sources[sent[j]].rows); err != nil {
			return nil, err
		}
	}
	return fits, nil
}

// sampled is how many rows the initial centroids are chosen from.
const sampled = 20000

// initial is a native fit of evenly spaced rows: Spark goes on from there. So
// the result does not depend on how Spark cuts its work, and the best of
// several starts is had for the price of a sample.
func initial(r *rows, s model.Settings) ([]float64, error) {
	c := s.Fit()
	x := r.x
	if step := r.n()/sampled + 1; step > 1 {
		x = make([]float64, 0, (r.n()/step+1)*r.d)
		for i := 0; i < r.n(); i += step {
			x = append(x, r.x[i*r.d:(i+1)*r.d]...)
		}
	}
	fit, err := kmeans.Fit(x, r.d, c)
	if errors.Is(err, kmeans.ErrTooFewPoints) && len(x) < len(r.x) {
		fit, err = kmeans.Fit(r.x, r.d, c)
	}
	if err != nil {
		return nil, err
	}
	return fit.Centroids, nil
}

// adopt makes a fit of what Spark found, after looking at the rows: every
// cluster has some, and the inertia is what they give.
func adopt(r spark.Result, in *rows) (*kmeans.Result, error) {
	k := len(r.Sizes)
	fit := &kmeans.Result{
		K: k, D: in.d, Centroids: r.Centroids, Sizes: make([]int, k), Iterations: r.Iterations,
		Status: kmeans.Converged, Distinct: kmeans.Distinct(in.x, in.d),
	}
	if !r.Converged {
		fit.Status = kmeans.IterationLimit
	}
	for i := range in.n() {
		x := in.x[i*in.d : (i+1)*in.d]
		c, _ := kmeans.Nearest(fit.Centroids, in.d, x)
		fit.Sizes[c]++
		dx, dy := x[0]-fit.Centroids[2*c], x[1]-fit.Centroids[2*c+1]
		fit.Inertia += float64(dx*dx) + float64(dy*dy)
	}
	for c, n := range fit.Sizes {
		if n != r.Sizes[c] {
			return nil, fmt.Errorf("spark: cluster %d has %d rows there and %d here; does Spark read the same files?", c, r.Sizes[c], n)
		}
	}
	if math.Abs(fit.Inertia-r.Inertia) > 1e-6*fit.Inertia {
		return nil, fmt.Errorf("spark: the inertia is %v there and %v here; does Spark read the same files?", r.Inertia, fit.Inertia)
	}
	return fit, nil
}
