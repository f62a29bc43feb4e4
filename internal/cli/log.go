package cli

import (
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"
)

// newLoggers write text for a person at a terminal and JSON for everything
// else, unless --log-format says so. Colors only on a terminal, and never
// when NO_COLOR is set. access is for lines that come with every request: in
// JSON they are kept back for a moment.
func newLoggers(console *Console, level *slog.LevelVar, c common) (log, access *slog.Logger) {
	var l slog.Level // info, also for ""; kong's enum lets no other word through
	if err := l.UnmarshalText([]byte(c.LogLevel)); err == nil {
		level.Set(l)
	}
	text := c.LogFormat == "text" || c.LogFormat == "auto" && console.Terminal()
	if !text {
		o := &slog.HandlerOptions{Level: level, ReplaceAttr: readable}
		return slog.New(slog.NewJSONHandler(console, o)), slog.New(newLineHandler(console.Later(), o))
	}
	_, noColor := os.LookupEnv("NO_COLOR")
	log = slog.New(tint.NewTextHandler(console, &tint.Options{
		Level: level, TimeFormat: time.TimeOnly, NoColor: noColor || !console.Terminal(),
	}))
	return log, log
}

// readable writes a duration as 1.5s and not as a count of nanoseconds.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
