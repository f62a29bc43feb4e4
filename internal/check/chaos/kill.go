package chaos

import (
	"context"
	"fmt"
	"os"
	"time"

	"hotspot/internal/platform/durable"
)

// kill kills the process that holds the lock of a folder, starts it again
// unless somebody else does, and waits until it has the lock. start is the
// command for the person, when nothing runs that could be killed.
func (b *breaker) kill(ctx context.Context, role, folder, start string) error {
	pid, held, err := durable.Holder(folder)
	if err != nil {
		return err
	}
	if !held || pid == 0 {
		return fmt.Errorf("no %s of ours runs here (nobody holds the lock in %s); start one: %s", role, folder, start)
	}
	killed := inspect(pid)
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		return fmt.Errorf("kill process %d: %w", pid, err)
	}
	restarted := false
	for began := time.Now(); ; {
		now, held, err := durable.Holder(folder)
		if err != nil {
			return err
		}
		switch since := time.Since(began); {
		case held && now != pid && now != 0:
			b.Print("%s: process %d killed, process %d goes on after %s\n", role, pid, now, since.Round(10*time.Millisecond))
			return nil
		case since > time.Minute:
			return fmt.Errorf("process %d was killed and no other took its place in a minute; %s", pid, killed.hint())
		case !held && !restarted && since > 300*time.Millisecond: // whoever watches over it was not faster
			restarted = true
			if err := killed.restart(); err != nil {
				b.Print("%s: process %d killed; %v: start it again, it is waited for\n", role, pid, err)
			}
		}
		if !pause(ctx, 50*time.Millisecond) {
			return ctx.Err()
		}
	}
}
