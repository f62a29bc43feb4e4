package cli

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestALineIsThatOfSlog draws records and compares every byte, whether the
// quick way takes a record or leaves it to slog.
func TestALineIsThatOfSlog(t *testing.T) {
	text := rapid.OneOf(rapid.StringMatching(`[ -~]{0,12}`), rapid.String())
	attr := rapid.Custom(func(t *rapid.T) slog.Attr {
		key := rapid.OneOf(rapid.SampledFrom([]string{"status", "path", "took", "time", "msg"}), text).Draw(t, "key")
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			return slog.Int64(key, rapid.Int64().Draw(t, "int"))
		case 1:
			return slog.Duration(key, time.Duration(rapid.Int64().Draw(t, "duration")))
		case 2:
			return slog.Bool(key, true)
		case 3:
			return slog.Any(key, []int{1, 2})
		case 4:
			return slog.Group(key, slog.String("a", "b"))
		case 5:
			return slog.Any(key, slog.StringValue("resolved"))
		default:
			return slog.String(key, text.Draw(t, "text"))
		}
	})
	attrs := rapid.SliceOfN(attr, 0, 8)
	file, err := os.CreateTemp(t.TempDir(), "log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zones := []*time.Location{time.UTC, time.Local, time.FixedZone("", -7*3600), time.FixedZone("", 5*3600+1800)}
	quick := 0
	rapid.Check(t, func(t *rapid.T) {
		o := &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: readable}
		var b bytes.Buffer
		c := NewConsole(file)
		l := c.Later()
		want, got := slog.Handler(slog.NewJSONHandler(&b, o)), slog.Handler(newLineHandler(l, o))
		for range rapid.IntRange(0, 2).Draw(t, "with") {
			more := attrs.Draw(t, "attrs of all")
			want, got = want.WithAttrs(more), got.WithAttrs(more)
		}
		if rapid.IntRange(0, 9).Draw(t, "grouped") == 0 {
			want, got = want.WithGroup("g"), got.WithGroup("g")
		}
		if _, ok := got.(*lineHandler); ok {
			quick++
		}
		for range rapid.IntRange(1, 4).Draw(t, "records") {
			ns := rapid.OneOf(rapid.Int64Range(0, 2e9), rapid.SampledFrom([]int64{0, 1, 1e6, 5e8, 999_999_999})).Draw(t, "ns")
			at := time.Unix(1_750_000_000, ns).In(rapid.SampledFrom(zones).Draw(t, "zone"))
			if rapid.IntRange(0, 19).Draw(t, "no time") == 0 {
				at = time.Time{}
			}
			r := slog.NewRecord(at, slog.Level(rapid.IntRange(-5, 9).Draw(t, "level")), text.Draw(t, "message"), 0)
			r.AddAttrs(attrs.Draw(t, "attrs")...)
			if want.Enabled(context.Background(), r.Level) != got.Enabled(context.Background(), r.Level) {
				t.Fatalf("level %s: enabled otherwise", r.Level)
			}
			if want.Handle(context.Background(), r) != nil || got.Handle(context.Background(), r) != nil {
				t.Fatal("an error")
			}
		}
		if !bytes.Equal(b.Bytes(), l.lines) {
			t.Fatalf("\n got %s\nwant %s", l.lines, b.Bytes())
		}
		l.lines = nil
		c.Close()
	})
	if quick == 0 {
		t.Error("no record went the quick way")
	}
}

func BenchmarkLine(b *testing.B) {
	o := &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: readable}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	for _, h := range []struct {
		name string
		slog.Handler
	}{
		{"slog", slog.NewJSONHandler(NewConsole(null).Later(), o)},
		{"ours", newLineHandler(NewConsole(null).Later(), o)},
	} {
		b.Run("handler="+h.name, func(b *testing.B) {
			h := h.WithAttrs([]slog.Attr{slog.String("run", "k3f9qm1t")})
			b.ReportAllocs()
			for b.Loop() {
				line := slog.NewRecord(time.Now(), slog.LevelInfo, "request answered", 0)
				line.AddAttrs(
					slog.String("request", "0123456789abcdef"), slog.String("method", "GET"), slog.String("path", "/model1/201910000004/cluster"),
					slog.Int("status", 200), slog.Duration("took", 1234*time.Nanosecond),
				)
				h.Handle(b.Context(), line)
			}
		})
	}
}
