package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"hotspot/internal/model"
)

// The pace of /events, and how many may listen at once: each holds one of the
// connections of the server for as long as it likes.
const (
	openEvery    = 250 * time.Millisecond // at most 4 a second
	commentEvery = 15 * time.Second
	maxStreams   = maxConnections / 4
)

var streamType = []string{"text/event-stream"}

// events is GET /events: what changes, as it changes. A stream compares the
// snapshot that it told of last with the one that is current, so a client that
// reads slowly misses steps in between, never the last state, and costs no
// memory.
func (s *Server) events(w http.ResponseWriter, r *http.Request) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	h := w.Header()
	h["Content-Type"], h["Cache-Control"] = streamType, noStore
	h.Set("X-Accel-Buffering", "no") // for nginx, which else keeps events back
	if r.Method == http.MethodHead {
		return nil
	}
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		return newProblem(busy, "As many clients as this server takes are listening; ask for /models from time to time.")
	}
	defer s.streams.Add(-1)
	e := &stream{w: w, control: http.NewResponseController(w)}
	e.control.SetReadDeadline(time.Time{}) // else the server takes the client for gone
	e.tell(nil, snap, r.Header.Get("Last-Event-ID"))
	comment := time.NewTicker(commentEvery)
	defer comment.Stop()
	for e.err == nil {
		select {
		case <-snap.replaced:
			now := s.current.Load()
			e.tell(snap, now, "")
			snap = now
		case <-comment.C:
			e.write([]byte(":\n\n"))
		case <-r.Context().Done():
			return nil
		case <-s.ending:
			return nil
		}
		if wait := openEvery - time.Since(e.told); wait > 0 && e.err == nil {
			e.pause(r.Context(), wait, s.ending)
		}
	}
	return nil
}

// stream is one client of /events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	told    time.Time // when open was sent last
	err     error     // the client has gone, or does not read
}

// pause waits, so that open comes at most so often.
func (e *stream) pause(ctx context.Context, d time.Duration, ending <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case <-ending:
	}
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

// tell sends what is new in now. old is nil for a client that has just come;
// known is then the generation that it has seen.
func (e *stream) tell(old, now *snapshot, known string) {
	var data []byte
	first := old == nil
	switch {
	case first && known == now.generation:
		old = now
	case first || !now.continues(old):
		data = appendEvent(data, "snapshot", now.generation, now.appendModels(nil))
		old = now
	}
	for _, c := range now.chunks[len(old.chunks):] {
		m := c.manifest
		data = appendEvent(data, "batch", "", encode(struct {
			Batch       int            `json:"batch"`
			Provisional bool           `json:"provisional,omitempty"`
			Rows        int            `json:"rows"`
			SHA256      string         `json:"sha256"`
			Reported    model.Reported `json:"reported"`
		}{m.Batch, m.Provisional, m.Rows, m.CSV.SHA256, model.Reported(m.Reported)}))
	}
	for n := old.gone + 1; n <= now.gone; n++ {
		data = appendEvent(data, "gone", "", fmt.Appendf(nil, `{"model":%d}`, n))
	}
	for i, m := range now.models[len(old.models):] {
		id := "" // only the last one completes the generation
		if len(old.models)+i == len(now.models)-1 {
			id = now.generation
		}
		data = appendEvent(data, "model", id, m.entry)
	}
	for _, f := range now.refused {
		if first || !slices.Contains(old.refused, f) {
			data = appendEvent(data, "refused", "", encode(f))
		}
	}
	if now.open.data != nil && (first || string(old.open.data) != string(now.open.data)) {
		data = appendEvent(data, "open", "", now.open.data)
		e.told = time.Now()
	}
	e.write(data)
}

// continues reports whether s shows what old does, and perhaps more.
func (s *snapshot) continues(old *snapshot) bool {
	return old.before == s.before && old.gone <= s.gone && len(old.chunks) <= len(s.chunks) && slices.Equal(old.chunks, s.chunks[:len(old.chunks)]) &&
		len(old.models) <= len(s.models) && slices.Equal(old.models, s.models[:len(old.models)])
}

// appendEvent appends one event. data is on one line, but for its end.
func appendEvent(dst []byte, event, id string, data []byte) []byte {
	dst = append(append(dst, "event: "...), event...)
	if id != "" {
		dst = append(append(dst, "\nid: "...), id...)
	}
	dst = append(append(dst, "\ndata: "...), data...)
	if n := len(dst); dst[n-1] != '\n' {
		dst = append(dst, '\n')
	}
	return append(dst, '\n')
}
