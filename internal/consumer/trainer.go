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
)

// trainer trains a model on every batch, in order: model N is numbered after
// the newest model before it that has clusters, and is published before the
// training of model N+1 begins.
type trainer struct {
	consumer
	frame    feature.Frame
	previous *model.Model // the newest one with clusters
}

// run trains what the folder lacked at the start, up to batch --batches, then
// every batch that is published.
func (t *trainer) run(ctx context.Context, published <-chan *batch.Batch) error {
	if err := t.dropStale(ctx); err != nil {
		return err
	}
	for _, m := range t.folder.manifests {
		if limit := t.config.Batches; limit > 0 && m.Batch > limit {
			break
		}
		if err := t.trainFound(ctx, m); err != nil {
			return err
		}
	}
	for b := range published {
		train := t.train
		if b.Manifest.Provisional {
			train = t.trainProvisional
		}
		if err := train(ctx, b.Manifest, b.CSV); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// trainFound trains a batch found at the start, when it has no model. Of the
// models that are there only the newest ones are read, to go on numbering.
func (t *trainer) trainFound(ctx context.Context, m *batch.Manifest) error {
	if t.folder.trained[m.Batch] {
		t.previous = nil // found again when it is needed
		t.status.hasModel(m.Batch)
		return nil
	}
	csv, err := t.folder.batches.CSV(m)
	if err != nil {
		return err
	}
	return t.train(ctx, m, csv)
}

func (t *trainer) train(ctx context.Context, m *batch.Manifest, csv []byte) error {
	if found, err := t.findModel(m); found || err != nil {
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
	t.status.modelPublished(mod, took)
	return t.dropProvisional(ctx, m.Batch)
}

// publish trains the model of a batch and writes it.
func (t *trainer) publish(ctx context.Context, m *batch.Manifest, csv []byte) (*model.Model, time.Duration, error) {
	if t.previous == nil {
		if err := t.findPrevious(m.Batch - 1); err != nil {
			return nil, 0, err
		}
	}
	t.status.setTraining(m.Batch)
	defer t.status.setTraining(0)
	start := time.Now()
	t.point("train.begin")
	level := slog.LevelDebug
	if t.config.Engine == "spark" {
		level = slog.LevelInfo // a session takes many seconds
	}
	mod, err := train.Trainer{Spark: t.config.Spark, Progress: func(stage, detail string) {
		t.log.Log(ctx, level, "training went on", "model", m.Batch, "stage", stage, "detail", detail)
	}}.Batch(ctx, m, csv, t.config.Settings(), t.frame, t.previous)
	if err != nil {
		return nil, 0, fmt.Errorf("consumer: train model %d: %w", m.Batch, err)
	}
	took := time.Since(start)
	t.point("train.done")
	return mod, took, t.retryDisk(ctx, func() error { return t.folder.models.Publish(mod) })
}

func (t *trainer) point(name string) {
	if t.config.Hook != nil {
		t.config.Hook(name)
	}
}

// findModel reports whether model m.Batch was on disk before its batch was
// written again: the same rows have the same model, and it is not rewritten.
func (t *trainer) findModel(m *batch.Manifest) (bool, error) {
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
	t.status.hasModel(m.Batch)
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
