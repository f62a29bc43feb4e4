package consumer

import (
	"context"
	"time"
)

// commitOffsets commits positions to the consumer group, so that tools that
// show lag see the consumer; nothing depends on them. A failure is worth a
// line and no more. When ctx ends, the newest position gets a last try. The
// error is nil.
func (c consumer) commitOffsets(ctx context.Context, committed <-chan map[int]int64) error {
	const every, patience, lastTry = time.Second, 5 * time.Second, 250 * time.Millisecond
	commit := func(ctx context.Context, patience time.Duration, next map[int]int64) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if err := c.topic.Commit(ctx, c.config.Group, next); err != nil {
			c.log.Debug("position not committed to the group", "group", c.config.Group, "error", err)
		}
	}
	for ctx.Err() == nil {
		select {
		case next := <-committed:
			commit(ctx, patience, next)
			select {
			case <-time.After(every):
			case <-ctx.Done():
			}
		case <-ctx.Done():
		}
	}
	select {
	case next := <-committed:
		commit(context.WithoutCancel(ctx), lastTry, next)
	default:
	}
	return nil
}
