package consumer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/train"
)

// trainer trains a model on every batch, in order: model N is numbered after
// the newest model before it that has clusters, and is published before the
// training of model N+1 begins.
type trainer struct {
	consumer
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
		if t.folder.trained[m.Batch] {
			t.previous = nil // findPrevious finds it when it is needed, without reading every model
			t.status.hasModel(m.Batch)
			continue
		}
		csv, err := t.folder.batches.CSV(m)
		if err != nil {
			return err
		}
		if err := t.train(ctx, m, csv); err != nil {
			return err
		}
	}
	for b := range published {
		if err := t.train(ctx, b.Manifest, b.CSV); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// train trains the model of a batch and publishes it. That of a provisional
// batch is numbered as that of the full one will be, after the model before;
// no later model is numbered after it, and nobody hears of it.
func (t *trainer) train(ctx context.Context, m *batch.Manifest, csv []byte) error {
	if m.Provisional {
		t.folder.provisional[m.Batch] = true
	} else if t.folder.trained[m.Batch] {
		return t.keepModel(m)
	}
	if err := t.findPrevious(m.Batch - 1); err != nil {
		return err
	}
	t.status.setTraining(m.Batch)
	defer t.status.setTraining(0)
	start := time.Now()
	mod, err := t.fit(ctx, m, csv)
	if err != nil {
		return fmt.Errorf("consumer: train model %d: %w", m.Batch, err)
	}
	took := time.Since(start)
	if err := t.retryDisk(ctx, func() error { return t.folder.models.Publish(mod) }); err != nil {
		return err
	}
	t.status.setUnusable(&t.status.noPlace, withoutPlace(mod))
	if m.Provisional {
		t.log.Debug("provisional model published", "model", mod.Model, "rows", m.Rows, "status", mod.Status, "took", took)
		return nil
	}
	t.log.Info("model published", "model", mod.Model, "status", mod.Status, "clusters", len(mod.Clusters),
		"trained", mod.Rows.Trained, "iterations", mod.Iterations, "took", took)
	t.numberAfter(mod)
	t.status.modelPublished(mod, took)
	return t.dropProvisional(ctx, m.Batch)
}

// fit is the training itself, between its two crash points.
func (t *trainer) fit(ctx context.Context, m *batch.Manifest, csv []byte) (*model.Model, error) {
	level := slog.LevelDebug
	if t.config.Engine == "spark" {
		level = slog.LevelInfo // a session takes many seconds
	}
	trainer := train.Trainer{Spark: t.config.Spark, Progress: func(stage, detail string) {
		t.log.Log(ctx, level, "training progressed", "model", m.Batch, "stage", stage, "detail", detail)
	}}
	frame, err := t.config.frame(m)
	if err != nil {
		return nil, err
	}
	t.config.Hook("train.begin")
	mod, err := trainer.Batch(ctx, m, csv, t.config.Settings(), frame, t.previous)
	if err == nil {
		t.config.Hook("train.done")
	}
	return mod, err
}

// numberAfter makes mod the one after which the next model is numbered, when
// it has clusters.
func (t *trainer) numberAfter(mod *model.Model) {
	if len(mod.Clusters) > 0 {
		t.previous = mod
	}
}

// keepModel takes the model that was on disk before its batch was written
// again: the same rows have the same model.
func (t *trainer) keepModel(m *batch.Manifest) error {
	mod, err := t.folder.readModel(m.Batch)
	if err != nil {
		return err
	}
	if mod.Batch.SHA256 != m.CSV.SHA256 {
		return fmt.Errorf("consumer: %s was trained on other rows than %s holds; remove it and it will be trained again",
			model.Name(m.Batch), m.CSV.Name)
	}
	t.numberAfter(mod)
	t.status.hasModel(m.Batch)
	return nil
}

// findPrevious looks for the newest model up to n that has clusters, when it
// is not known.
func (t *trainer) findPrevious(n int) error {
	for ; t.previous == nil && n >= t.folder.first; n-- {
		mod, err := t.folder.readModel(n)
		if errors.Is(err, model.ErrNotFound) {
			return fmt.Errorf("consumer: %s is gone while the consumer runs; start it again and it will be trained anew", model.Name(n))
		}
		if err != nil {
			return err
		}
		t.numberAfter(mod)
	}
	return nil
}
