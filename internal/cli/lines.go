package cli

import (
	"context"
	"log/slog"
	"strconv"
	"time"
)

// lineHandler writes JSON lines as slog's JSONHandler does, in a quarter of its
// time: an access log is most of what a short answer costs. It knows records
// of strings, numbers and durations that need no escape, and leaves every other
// one, and groups, to slow.
type lineHandler struct {
	later *later
	slow  slog.Handler // to later, too
	level slog.Leveler
	attrs []byte // of WithAttrs, as they stand in a line: ,"run":"k3f9"

	second *second // shared by what WithAttrs returns; guarded by later.c.mu
}

// second is the beginning and the end of the time of the last line.
type second struct {
	unix       int64
	zone       *time.Location
	head, tail []byte // {"time":"2026-11-25T10:00:00 and Z","level":
}

func newLineHandler(l *later, o *slog.HandlerOptions) *lineHandler {
	return &lineHandler{later: l, slow: slog.NewJSONHandler(l, o), level: o.Level, second: new(second)}
}

func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.level.Level()
}

func (h *lineHandler) Handle(ctx context.Context, r slog.Record) error {
	l := h.later
	l.c.mu.Lock()
	if lines, ok := h.append(l.lines, &r); ok {
		l.lines = lines
		l.added()
		l.c.mu.Unlock()
		return nil
	}
	l.c.mu.Unlock()
	return h.slow.Handle(ctx, r)
}

func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	more := *h
	more.slow = h.slow.WithAttrs(attrs)
	more.attrs = append([]byte(nil), h.attrs...)
	for _, a := range attrs {
		var ok bool
		if more.attrs, ok = appendAttr(more.attrs, a); !ok {
			return more.slow
		}
	}
	return &more
}

func (h *lineHandler) WithGroup(name string) slog.Handler { return h.slow.WithGroup(name) }

// append appends the line of r, or returns false.
func (h *lineHandler) append(dst []byte, r *slog.Record) (line []byte, ok bool) {
	s := h.second
	if unix, zone := r.Time.Unix(), r.Time.Location(); unix != s.unix || zone != s.zone {
		if r.Time.IsZero() || r.Time.Year() < 0 || r.Time.Year() > 9999 {
			return nil, false
		}
		s.unix, s.zone = unix, zone
		s.head = r.Time.AppendFormat([]byte(`{"time":"`), "2006-01-02T15:04:05")
		s.tail = append(r.Time.AppendFormat(nil, "Z07:00"), `","level":"`...)
	}
	dst = appendFraction(append(dst, s.head...), r.Time.Nanosecond())
	dst = append(append(dst, s.tail...), r.Level.String()...)
	if dst, ok = appendPlain(append(dst, `","msg":"`...), r.Message); !ok {
		return nil, false
	}
	dst = append(append(dst, '"'), h.attrs...)
	r.Attrs(func(a slog.Attr) bool {
		dst, ok = appendAttr(dst, a)
		return ok
	})
	return append(dst, "}\n"...), ok
}

// appendFraction appends .123456789 without the zeros at its end.
func appendFraction(dst []byte, ns int) []byte {
	if ns == 0 {
		return dst
	}
	digits := [...]byte{'.', '0', '0', '0', '0', '0', '0', '0', '0', '0'}
	for i := len(digits) - 1; ns > 0; i-- {
		digits[i] += byte(ns % 10)
		ns /= 10
	}
	end := len(digits)
	for digits[end-1] == '0' {
		end--
	}
	return append(dst, digits[:end]...)
}

// appendAttr appends ,"key":value, or returns false.
func appendAttr(dst []byte, a slog.Attr) (line []byte, ok bool) {
	if a.Key == "" {
		return dst, false
	}
	if dst, ok = appendPlain(append(dst, `,"`...), a.Key); !ok {
		return dst, false
	}
	dst = append(dst, `":`...)
	switch a.Value.Kind() {
	case slog.KindString:
		if dst, ok = appendPlain(append(dst, '"'), a.Value.String()); !ok {
			return dst, false
		}
		return append(dst, '"'), true
	case slog.KindInt64:
		return strconv.AppendInt(dst, a.Value.Int64(), 10), true
	case slog.KindDuration: // as readable does
		return append(append(append(dst, '"'), a.Value.Duration().String()...), '"'), true
	}
	return dst, false
}

// appendPlain appends s if JSON takes each of its bytes as it is.
func appendPlain(dst []byte, s string) (line []byte, ok bool) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return dst, false
		}
	}
	return append(dst, s...), true
}

var _ slog.Handler = (*lineHandler)(nil)
