package consumer

import (
	"context"
	"time"

	"hotspot/internal/platform/cause"
)

// retryDisk runs write until it succeeds or ctx ends: a disk that is full or
// read-only is a matter for the operator, who reads it in open.json (when it
// can be written), in /readyz and in the log.
func (c consumer) retryDisk(ctx context.Context, write func() error) error {
	const first, longest = 100 * time.Millisecond, 5 * time.Second
	err := write()
	if err == nil {
		return nil
	}
	c.log.Error("disk not written, trying again", "error", cause.Disk(err, c.config.Dir))
	c.status.setDisk(1, cause.Disk(err, c.config.Dir).Error())
	for pause := first; ; pause = min(2*pause, longest) {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
		if err = write(); err == nil {
			c.status.setDisk(-1, "")
			c.log.Info("disk written again")
			return nil
		}
		c.status.setDisk(0, cause.Disk(err, c.config.Dir).Error())
	}
}
