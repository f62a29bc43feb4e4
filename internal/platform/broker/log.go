package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/twmb/franz-go/pkg/kfake"
)

// logger passes what kfake logs on to ours, and collects its errors while it
// closes: kfake says only in its log what it could not write at the end.
type logger struct {
	log *slog.Logger

	mu      sync.Mutex
	closing bool
	failed  []error
}

// Logf implements kfake.Logger.
func (l *logger) Logf(level kfake.LogLevel, msg string, args ...any) {
	for i, arg := range args {
		if err, ok := arg.(error); ok {
			left := finish(err)
			if left == nil {
				return // nothing failed in the end
			}
			args[i] = left
		}
	}
	text := fmt.Sprintf(msg, args...)
	severity := slog.LevelDebug
	switch level {
	case kfake.LogLevelError:
		severity = slog.LevelError
	case kfake.LogLevelWarn:
		severity = slog.LevelWarn
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing && severity == slog.LevelError {
		l.failed = append(l.failed, errors.New("broker: "+text))
		return
	}
	l.log.Log(context.Background(), severity, "broker logged", "text", text)
}

func (l *logger) collect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closing = true
}

func (l *logger) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.failed...)
}
