package api

import (
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// answered is the message of a request's line.
const answered = "request answered"

// logAccess writes a line about a request: with --access-log for each, else
// for those that were answered, while debugging; fail has told of the others.
func (s *Server) logAccess(e *exchange, r *http.Request, now time.Time, took time.Duration) {
	level := slog.LevelInfo
	if !s.config.AccessLog {
		if level = slog.LevelDebug; e.problem != "" {
			return
		}
	}
	ctx := r.Context()
	if !s.log.Enabled(ctx, level) {
		return
	}
	if s.config.AccessLog && s.access != nil {
		s.access.write(e, brief(r.Method), now, took)
		return
	}
	// Without the caller's place in the source, which costs as much as the rest.
	line := slog.NewRecord(now, level, answered, 0)
	line.AddAttrs(
		slog.String("request", e.id), slog.String("method", brief(r.Method)), slog.String("path", brief(e.path)),
		slog.Int("status", e.status), slog.Duration("took", took),
	)
	if e.problem != "" {
		line.AddAttrs(slog.String("problem", string(e.problem)))
	}
	_ = s.log.Handler().Handle(ctx, line) // a log that fails is no error of the request
}

// accessLog writes the lines that slog's JSONHandler would, in a tenth of its
// time, which is more than all else that is around a handler takes.
type accessLog struct {
	w    io.Writer
	run  string // ,"run":"k3f9qm1t"
	last atomic.Pointer[lineTime]
}

func newAccessLog(c Config) *accessLog {
	if c.Access == nil {
		return nil
	}
	a := &accessLog{w: c.Access}
	if c.RunID != "" {
		a.run = string(appendString([]byte(`,"run":`), c.RunID))
	}
	return a
}

// lineTime is what the lines of a second begin with, and what follows the
// fraction of the second.
type lineTime struct {
	unix       int64
	zone       *time.Location
	head, tail string
}

func (a *accessLog) timeOf(now time.Time) *lineTime {
	t := a.last.Load()
	if unix, zone := now.Unix(), now.Location(); t == nil || t.unix != unix || t.zone != zone {
		t = &lineTime{
			unix: unix, zone: zone,
			head: now.Format(`{"time":"2006-01-02T15:04:05`),
			tail: now.Format("Z07:00") + `","level":"INFO","msg":"` + answered + `"` + a.run + `,"request":"`,
		}
		a.last.Store(t)
	}
	return t
}

func (a *accessLog) write(e *exchange, method string, now time.Time, took time.Duration) {
	t := a.timeOf(now)
	b := append(e.line[:0], t.head...)
	b = appendFraction(b, now.Nanosecond())
	b = append(append(b, t.tail...), e.id...) // a word: see isWord
	b = appendText(append(b, `","method":`...), method)
	b = appendText(append(b, `,"path":`...), brief(e.path))
	b = strconv.AppendInt(append(b, `,"status":`...), int64(e.status), 10)
	b = append(append(append(b, `,"took":"`...), took.String()...), '"')
	if e.problem != "" {
		b = append(append(append(b, `,"problem":"`...), e.problem...), '"')
	}
	e.line = append(b, "}\n"...)
	_, _ = a.w.Write(e.line) // a log that fails is no error of the request
}

// appendText appends text of a request as a JSON string. Most is plain.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendString(dst, string([]rune(s))) // with U+FFFD for what is no UTF-8
		}
	}
	return append(append(append(dst, '"'), s...), '"')
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
