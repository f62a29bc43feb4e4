package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/train"
	"hotspot/internal/train/spark"
)

// trainer trains a model on every batch, in order: model N is numbered after
// the newest model before it that has clusters, and is published before the
// training of model N+1 begins.
type trainer struct {
	log      *slog.Logger
	folder   *folder
	rep      *reporter
	settings model.Settings
	spark    spark.Config
	frame    feature.Frame
	hook     func(point string) // crash points; may be nil
	previous *model.Model       // the newest one with clusters
}

// run trains what the folder lacked at the start, up to batch limit (0 = all),
// then every batch that is published.
func (t *trainer) run(ctx context.Context, limit int, published <-chan *batch.Batch) error {
	t.rep.models(t.folder.trained)
	if err := t.dropStale(ctx); err != nil {
		return err
	}
	for _, m := range t.folder.manifests {
		if limit > 0 && m.Batch > limit {
			break
		}
		if err := t.backlog(ctx, m); err != nil {
			return err
		}
	}
	for b := range published {
		train := t.train
		if b.Manifest.Provisional {
			train = t.provisional
		}
		if err := train(ctx, b.Manifest, b.CSV); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// backlog deals with a batch found at the start: it is trained when it has no
// model. Of the models that are there only the newest ones are read, to go on
// numbering.
func (t *trainer) backlog(ctx context.Context, m *batch.Manifest) error {
	if t.folder.trained[m.Batch] {
		t.previous = nil // found again when it is needed
		return nil
	}
	csv, err := t.folder.batches.CSV(m)
	if err != nil {
		return err
	}
	return t.train(ctx, m, csv)
}

func (t *trainer) train(ctx context.Context, m *batch.Manifest, csv []byte) error {
	if done, err := t.there(m); done || err != nil {
		return err
	}
	mod, took, err := t.publish(ctx, m, csv)
	if err != nil {
		return err
	}
	t.log.Info("model published", "model", mod.Model, "status", mod.Status, "clusters", len(mod.Clusters),
		"trained", mod.Rows.Trained, "iterations", mod.Iterations, "took", took)
	if len(mod.Clusters) > 0 {
		t.previous = mod
	}
	t.rep.model(mod, took)
	return t.dropProvisional(ctx, m.Batch)
}

// publish trains the model of a batch and writes it.
func (t *trainer) publish(ctx context.Context, m *batch.Manifest, csv []byte) (*model.Model, time.Duration, error) {
	if t.previous == nil {
		if err := t.findPrevious(m.Batch - 1); err != nil {
			return nil, 0, err
		}
	}
	t.rep.training(m.Batch)
	defer t.rep.training(0)
	start := time.Now()
	t.point("train.begin")
	level := slog.LevelDebug
	if t.settings.Engine == "spark" {
		level = slog.LevelInfo // a session takes many seconds
	}
	mod, err := train.Trainer{Spark: t.spark, Progress: func(stage, detail string) {
		t.log.Log(ctx, level, "training went on", "model", m.Batch, "stage", stage, "detail", detail)
	}}.Batch(ctx, m, csv, t.settings, t.frame, t.previous)
	if err != nil {
		return nil, 0, fmt.Errorf("consumer: train model %d: %w", m.Batch, err)
	}
	took := time.Since(start)
	t.point("train.done")
	return mod, took, t.rep.onDisk(ctx, func() error { return t.folder.models.Publish(mod) })
}

func (t *trainer) point(name string) {
	if t.hook != nil {
		t.hook(name)
	}
}

// there reports whether model m.Batch was on disk before its batch was
// written again: the same rows have the same model, and it is not rewritten.
func (t *trainer) there(m *batch.Manifest) (bool, error) {
	if !t.folder.trained[m.Batch] {
		return false, nil
	}
	mod, _, err := t.folder.models.Read(m.Batch)
	if err != nil {
		return false, fmt.Errorf("%w; remove the file and it will be trained again", err)
	}
	if mod.Batch.SHA256 != m.CSV.SHA256 {
		return false, fmt.Errorf("consumer: %s was trained on other rows than %s holds; remove it and it will be trained again",
			model.Name(m.Batch), m.CSV.Name)
	}
	if len(mod.Clusters) > 0 {
		t.previous = mod
	}
	return true, nil
}

// findPrevious looks for the newest model up to n that has clusters.
func (t *trainer) findPrevious(n int) error {
	for ; n >= t.folder.first; n-- {
		mod, _, err := t.folder.models.Read(n)
		if errors.Is(err, model.ErrNotFound) {
			return fmt.Errorf("consumer: %s is gone while the consumer runs; start it again and it will be trained anew", model.Name(n))
		}
		if err != nil {
			return fmt.Errorf("%w; remove the file and it will be trained again", err)
		}
		if len(mod.Clusters) > 0 {
			t.previous = mod
			return nil
		}
	}
	return nil
}
