package api

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/model"
)

// The pace of /events, and how many may listen at once: each holds one of the
// connections of the server for as long as it likes.
const (
	openEvery    = 250 * time.Millisecond // at most 4 a second
	commentEvery = 15 * time.Second
	maxStreams   = maxConnections / 4
)

// streamEvents is GET /events: what changes, as it changes. A stream compares the
// view that it sent last with the newest one. So a client that reads slowly
// misses steps in between, never the last state, and costs no memory.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // for nginx, which else keeps events back
	if r.Method == http.MethodHead {
		return nil
	}
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		return newProblem(busy, "This server already has as many listeners as it takes; ask for /models from time to time.")
	}
	defer s.streams.Add(-1)
	e := &stream{server: s, w: w, control: http.NewResponseController(w)}
	_ = e.control.SetReadDeadline(time.Time{}) // else the server takes the client for gone
	e.sendChanges(nil, v, r.Header.Get("Last-Event-ID"))
	comment := time.NewTicker(commentEvery)
	defer comment.Stop()
	for e.err == nil {
		select {
		case <-v.Replaced():
			now, _ := s.catalog.View() // there was one before
			e.sendChanges(v, now, "")
			v = now
		case <-comment.C:
			e.write([]byte(":\n\n"))
		case <-r.Context().Done():
			return nil
		case <-s.ending:
			return nil
		}
		select { // so that open comes at most so often
		case <-time.After(openEvery - time.Since(e.statusSent)):
		case <-r.Context().Done():
		case <-s.ending:
		}
	}
	return nil
}

// stream is one client of /events.
type stream struct {
	server     *Server
	w          http.ResponseWriter
	control    *http.ResponseController
	status     []byte    // of the open batch as it was seen last
	statusSent time.Time // when it was sent last
	folder     folder    // what was said of it last
	err        error     // the client has gone, or does not read
}

// write sends events. A client has writeTimeout to take them; the stream as a
// whole has no end.
func (e *stream) write(data []byte) {
	if e.err != nil || len(data) == 0 {
		return
	}
	// Without deadlines (a recorder in a test) there is nothing to set.
	_ = e.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, e.err = e.w.Write(data); e.err == nil {
		e.err = e.control.Flush()
	}
}

// sendChanges sends what is new in now. old is nil for a client that has just come;
// known is then the generation that it has seen.
func (e *stream) sendChanges(old, now *catalog.View, known string) {
	var data []byte
	var told []catalog.Refusal
	first := old == nil
	if !first {
		told = old.Refused
	}
	switch {
	case first && known == now.Generation:
		old = now
	case first || !now.Continues(old):
		data = appendEvent(data, "snapshot", now.Generation, encode(newList(now)))
		old = now
	}
	for _, b := range now.Batches[len(old.Batches):] {
		m := b.Manifest
		data = appendEvent(data, "batch", "", encode(struct {
			Batch       int            `json:"batch"`
			Provisional bool           `json:"provisional,omitempty"`
			Rows        int            `json:"rows"`
			SHA256      string         `json:"sha256"`
			Window      batch.Window   `json:"window,omitzero"`
			Reported    model.Reported `json:"reported"`
		}{m.Batch, m.Provisional, m.Rows, m.CSV.SHA256, m.Window, model.Reported(m.Reported)}))
	}
	for n := old.Oldest; n < now.Oldest; n++ {
		data = appendEvent(data, "gone", "", fmt.Appendf(nil, `{"model":%d}`, n))
	}
	for i, m := range now.Models[len(old.Models):] {
		id := "" // only the last one completes the generation
		if len(old.Models)+i == len(now.Models)-1 {
			id = now.Generation
		}
		data = appendEvent(data, "model", id, encode(newEntry(m)))
	}
	for _, f := range now.Refused {
		if !slices.Contains(told, f) {
			data = appendEvent(data, "refused", "", encode(f))
		}
	}
	if f := newFolder(now); f != e.folder {
		data = appendEvent(data, "folder", "", encode(f))
		e.folder = f
	}
	status := e.server.encodeStatus(now)
	if status != nil && !bytes.Equal(status, e.status) {
		data = appendEvent(data, "open", "", status)
		e.statusSent = time.Now()
	}
	e.status = status
	e.write(data)
}

// appendEvent appends one event. data is on one line, but for its end.
func appendEvent(dst []byte, event, id string, data []byte) []byte {
	dst = fmt.Appendf(dst, "event: %s\n", event)
	if id != "" {
		dst = fmt.Appendf(dst, "id: %s\n", id)
	}
	return fmt.Appendf(dst, "data: %s\n\n", bytes.TrimSuffix(data, []byte("\n")))
}
