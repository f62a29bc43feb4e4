// Package metrics is what an operator sees of a role beside its logs: whether it
// is ready and why not, its metrics, and the run id that stands in every log
// line of one start.
//
// It stands beside the flow: the roles tell it what happens, it tells nobody
// but the operator. It knows no rows, batches or models.
package metrics

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
)

// Health says whether a role can do its work now. The zero value is not
// ready, with the reason "starting". It may be used concurrently.
type Health struct {
	mu     sync.Mutex
	ready  bool
	reason string
}

// NewHealth returns a Health that is not ready yet, with the reason "starting".
func NewHealth() *Health { return &Health{reason: "starting"} }

// Ready says that the role does its work.
func (h *Health) Ready() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ready, h.reason = true, ""
}

// NotReady says that the role cannot do its work now, and why: "halted",
// "broker_away", "disk". The reason is shown as it is; it holds no secret and
// no row.
func (h *Health) NotReady(reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ready, h.reason = false, reason
}

// State reports what was said last.
func (h *Health) State() (ready bool, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ready && h.reason == "" {
		return false, "starting"
	}
	return h.ready, h.reason
}

// RunID returns a new name for one start of a program: 8 hexadecimal digits.
// It stands in every log line, so that the lines of one start, over all
// roles, can be told from those of another. It never reaches a file of the
// folder.
func RunID() string {
	var b [4]byte
	rand.Read(b[:]) // never fails: see crypto/rand
	return hex.EncodeToString(b[:])
}
