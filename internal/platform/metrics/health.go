// Package metrics is what an operator sees of a role beside its logs: whether it
// is ready and why not, and its metrics.
//
// It stands beside the flow: a role reports to it, and it answers the
// operator. It knows no rows, batches or models.
package metrics

import "sync"

// Health says whether a role can do its work now. It may be used concurrently.
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
	return h.ready, h.reason
}
