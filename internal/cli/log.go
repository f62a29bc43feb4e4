package cli

import (
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"
)

// newLogger writes text for a person at a terminal and JSON for everything
// else, unless --log-format says so. Colors only on a terminal, and never
// when NO_COLOR is set.
func newLogger(console *Console, level *slog.LevelVar, c common) *slog.Logger {
	var l slog.Level // info, also for ""; kong's enum lets no other word through
	if err := l.UnmarshalText([]byte(c.LogLevel)); err == nil {
		level.Set(l)
	}
	text := c.LogFormat == "text" || c.LogFormat == "auto" && console.Terminal()
	if !text {
		return slog.New(slog.NewJSONHandler(console, &slog.HandlerOptions{Level: level}))
	}
	_, noColor := os.LookupEnv("NO_COLOR")
	return slog.New(tint.NewTextHandler(console, &tint.Options{
		Level: level, TimeFormat: time.TimeOnly, NoColor: noColor || !console.Terminal(),
	}))
}
