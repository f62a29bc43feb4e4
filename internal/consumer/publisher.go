package consumer

import (
	"context"
	"log/slog"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/stream"
)

// publisher writes batches to the folder, each whole: the CSV, then the
// manifest. From the manifest on the batch is committed.
type publisher struct {
	log       *slog.Logger
	folder    *folder
	rep       *reporter
	committed chan map[int]int64 // holds the newest position only
}

func (p *publisher) run(ctx context.Context, sealed <-chan *batch.Batch, published chan<- *batch.Batch) error {
	for b := range sealed {
		start := time.Now()
		if err := p.rep.onDisk(ctx, func() error { return p.folder.batches.Publish(b) }); err != nil {
			return err
		}
		m := b.Manifest
		p.log.Info("batch committed", "batch", m.Batch, "rows", m.Rows, "last_row", m.LastRow,
			"duplicates", m.Transport.Duplicates, "dead_letters", m.Transport.DeadLetters, "took", time.Since(start))
		p.rep.batch(m)
		select {
		case <-p.committed: // an older position that nobody took
		default:
		}
		p.committed <- m.Transport.Next
		select {
		case published <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// courtesy commits positions to the consumer group, so that lag tools see the
// consumer; nothing depends on them. A failure is worth a line and no more.
func courtesy(ctx context.Context, log *slog.Logger, topic *stream.Topic, group string, committed <-chan map[int]int64) error {
	for next := range committed {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		if err := topic.Commit(end, group, next); err != nil {
			log.Debug("position not committed to the group", "group", group, "error", err)
		}
		cancel()
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
	return nil
}
