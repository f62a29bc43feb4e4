package consumer

import (
	"context"
	"time"

	"hotspot/internal/batch"
)

// publisher writes batches to the folder, each whole: the CSV, then the
// manifest. From the manifest on the batch is committed, unless it is
// provisional: that one moves no position, and nobody hears of it.
type publisher struct {
	consumer
	committed chan map[int]int64 // holds the newest position only
}

func (p publisher) run(ctx context.Context, cut <-chan *batch.Batch, published chan<- *batch.Batch) error {
	for b := range cut {
		start, m := time.Now(), b.Manifest
		if err := p.retryDisk(ctx, func() error { return p.folder.batches.Publish(b) }); err != nil {
			return err
		}
		if m.Provisional {
			p.log.Debug("provisional batch written", "batch", m.Batch, "rows", m.Rows, "took", time.Since(start))
		} else {
			p.log.Info("batch committed", "batch", m.Batch, "rows", m.Rows, "last_row", m.LastRow,
				"duplicates", m.Transport.Duplicates, "dead_letters", m.Transport.DeadLetters, "took", time.Since(start))
			p.status.batchCommitted(m)
			select {
			case <-p.committed: // an older position that nobody took
			default:
			}
			p.committed <- m.Transport.Next
		}
		select {
		case published <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
