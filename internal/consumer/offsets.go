package consumer

import (
	"context"
	"time"
)

// commitOffsets commits the newest position to the consumer group, at most once
// a second and once more when ctx ends. It is for tools that show lag; nothing
// depends on it, so a failure is worth a line and no more. The error is nil.
func (c consumer) commitOffsets(ctx context.Context, committed <-chan map[int]int64) error {
	const every, patience, lastTry = time.Second, 5 * time.Second, 250 * time.Millisecond
	commit := func(ctx context.Context, patience time.Duration) {
		select {
		case next := <-committed:
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			if err := c.topic.Commit(ctx, c.config.Group, next); err != nil {
				c.log.Debug("position not committed to the group", "group", c.config.Group, "error", err)
			}
		default:
		}
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			commit(ctx, patience)
		case <-ctx.Done():
			commit(context.WithoutCancel(ctx), lastTry)
			return nil
		}
	}
}
