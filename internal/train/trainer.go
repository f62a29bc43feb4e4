package train

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
	"hotspot/internal/train/spark"
)

// Trainer trains models. Its zero value is ready, with the defaults of Spark. It
// may be used concurrently.
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
		if s.Weight != model.Offense {
			err = errors.Join(err, fmt.Errorf("engine %q: weight %q: want %q, or engine %q", s.Engine, s.Weight, model.Offense, engines[0].name))
		}
		err = errors.Join(err, t.Spark.Check())
	}
	return err
}

// Batch trains the model of batch b, whose rows are csv, and numbers its
// clusters after previous: the newest model before it that has clusters, nil
// when there is none.
//
// Rows without coordinates or outside the bounds of frame are counted and left
// out, and with weight incident all rows of an incident after the first that can
// be used. With k from the data it is previous's, and without a previous model
// the one that package sweep suggests for this batch; so the models of a folder
// have the same k. When fewer distinct places than s.K are left, the model has status
// Untrainable, the reason in words, and no clusters: that is not an error.
//
// Errors are settings and a frame that their Validate refuses, a csv that is not
// the batch's, what Spark says, and the end of ctx. With engine spark the batch is
// fitted by a process that ends with ctx. No engine of this process can be
// interrupted: when ctx ends Batch returns at once, and what was begun is dropped
// when it is done.
func (t Trainer) Batch(ctx context.Context, b *batch.Manifest, csv []byte, s model.Settings, frame feature.Frame, previous *model.Model) (*model.Model, error) {
	d, err := readBatch(ctx, b, csv, s, frame)
	var models []*model.Model
	if err == nil {
		models, err = t.train(ctx, []*Data{d}, s, previous)
	}
	if err != nil {
		return nil, fmt.Errorf("train: batch %d: %w", b.Batch, err)
	}
	return models[0], nil
}

// Each trains one model of each of ds, numbered after each other, as if they
// were batches 1, 2, 3 …, but that k from the data is always the first one's. With
// engine spark all of them are fitted by one application, since a session costs
// more than a fit. The features and the weight must be those that ds were read for.
func (t Trainer) Each(ctx context.Context, ds []*Data, s model.Settings) ([]*model.Model, error) {
	numbered := make([]*Data, len(ds))
	for i, d := range ds {
		one := *d
		one.manifest.Batch = i + 1
		numbered[i] = &one
	}
	models, err := t.train(ctx, numbered, s, nil)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	return models, nil
}

// train trains one model of each of ds, each numbered after the one before that
// has clusters, and the first after previous.
func (t Trainer) train(ctx context.Context, ds []*Data, s model.Settings, previous *model.Model) ([]*model.Model, error) {
	if err := Validate(s); err != nil || len(ds) == 0 {
		return nil, err
	}
	s, err := t.chooseK(ctx, ds[0], s, previous)
	if err != nil {
		return nil, err
	}
	fits := make([]*kmeans.Result, len(ds))
	if s.Engine == onSpark {
		data := make([]spark.Data, len(ds))
		for i, d := range ds {
			x, _, err := d.Sample()
			if err != nil {
				return nil, err
			}
			data[i] = spark.Data{Sample: x, Points: d.rows.points, Files: d.files, CSV: d.csv}
		}
		if fits, err = spark.Fit(ctx, t.Spark, data, s.Fit(), ds[0].frame, t.Progress); err != nil {
			return nil, err
		}
	}
	models := make([]*model.Model, len(ds))
	for i, d := range ds {
		if models[i], err = d.train(ctx, s, previous, fits[i]); err != nil {
			if d.files != nil {
				err = fmt.Errorf("%s: %w", strings.Join(d.files, ", "), err)
			}
			return nil, err
		}
		if len(models[i].Clusters) > 0 {
			previous = models[i]
		}
	}
	return models, nil
}
