package producer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hotspot/internal/platform/durable"
	"hotspot/internal/stream"
)

// LockFolder is the folder whose lock a producer of this topic holds while it
// runs on this machine: the lock tells its process id.
func LockFolder(c stream.Config) string {
	sum := sha256.Sum256([]byte(strings.Join(c.Brokers, ",") + " " + c.Topic))
	return filepath.Join(os.TempDir(), fmt.Sprintf("hotspot-producer-%x", sum[:8]))
}

// lock takes the lock, for tools and for whoever starts a second producer by
// mistake. Two do no harm, since what both send is dropped: so nothing depends
// on the lock, and a machine without a place for it is fine.
func (p *producer) lock() (unlock func()) {
	path := LockFolder(p.config.Kafka)
	folder, err := durable.Open(path)
	if err == nil {
		err = folder.Lock()
	}
	var locked *durable.LockedError
	switch {
	case errors.As(err, &locked):
		p.log.Warn("another producer fills the topic; rows that both send are dropped", "topic", p.config.Kafka.Topic, "pid", locked.PID)
	case err != nil:
		p.log.Debug("no lock for tools", "error", err)
	default:
		return func() {
			if err := errors.Join(folder.Unlock(), os.RemoveAll(path)); err != nil {
				p.log.Debug("lock for tools not removed", "error", err)
			}
		}
	}
	return func() {}
}
