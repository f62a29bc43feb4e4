package consumer

import (
	"context"
	"log/slog"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/stream"
)

// publisher writes batches to the folder, each whole: the CSV, then the
// manifest. From the manifest on the batch is committed, unless it is
// provisional: that one moves no position, and nobody hears of it.
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
		if m.Provisional {
			p.log.Debug("provisional batch written", "batch", m.Batch, "rows", m.Rows, "took", time.Since(start))
			if err := p.pass(ctx, b, published); err != nil {
				return err
			}
			continue
		}
		p.log.Info("batch committed", "batch", m.Batch, "rows", m.Rows, "last_row", m.LastRow,
			"duplicates", m.Transport.Duplicates, "dead_letters", m.Transport.DeadLetters, "took", time.Since(start))
		p.rep.batch(m)
		select {
		case <-p.committed: // an older position that nobody took
		default:
		}
		p.committed <- m.Transport.Next
		if err := p.pass(ctx, b, published); err != nil {
			return err
		}
	}
	return nil
}

func (p *publisher) pass(ctx context.Context, b *batch.Batch, published chan<- *batch.Batch) error {
	select {
	case published <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commitOffsets commits positions to the consumer group, so that lag tools see the
// consumer; nothing depends on them. A failure is worth a line and no more.
// When ctx ends, the newest position gets a last try.
func commitOffsets(ctx context.Context, log *slog.Logger, topic *stream.Topic, group string, committed <-chan map[int]int64) error {
	const every, patience, lastTry = time.Second, 5 * time.Second, 250 * time.Millisecond
	commit := func(ctx context.Context, patience time.Duration, next map[int]int64) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if err := topic.Commit(ctx, group, next); err != nil {
			log.Debug("position not committed to the group", "group", group, "error", err)
		}
	}
	for {
		select {
		case next := <-committed:
			commit(ctx, patience, next)
			select {
			case <-time.After(every):
				continue
			case <-ctx.Done():
			}
		case <-ctx.Done():
		}
		select {
		case next := <-committed:
			commit(context.WithoutCancel(ctx), lastTry, next)
		default:
		}
		return nil
	}
}
