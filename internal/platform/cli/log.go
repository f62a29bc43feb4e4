package cli

import (
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"
)

// newLog writes text for a person at a terminal and JSON for everything else,
// unless --log-format says so. Colors only on a terminal, and never when
// NO_COLOR is set.
func newLog(console *Console, level *slog.LevelVar, c common) *slog.Logger {
	var l slog.Level // info, also for ""; kong's enum lets no other word through
	if err := l.UnmarshalText([]byte(c.LogLevel)); err == nil {
		level.Set(l)
	}
	text := c.LogFormat == "text" || c.LogFormat == "auto" && console.Terminal()
	if !text {
		return slog.New(slog.NewJSONHandler(console, &slog.HandlerOptions{Level: level, ReplaceAttr: readable}))
	}
	_, noColor := os.LookupEnv("NO_COLOR")
	return slog.New(tint.NewTextHandler(console, &tint.Options{
		Level: level, TimeFormat: time.TimeOnly, NoColor: noColor || !console.Terminal(),
	}))
}

// readable writes a duration as 1.5s and not as a count of nanoseconds.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
