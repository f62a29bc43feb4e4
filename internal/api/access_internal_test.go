package api

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestAnAccessLineIsThatOfSlog draws requests and compares with what the log
// would have written: to the byte where nothing needs an escape, else as JSON.
func TestAnAccessLineIsThatOfSlog(t *testing.T) {
	zones := []*time.Location{time.UTC, time.Local, time.FixedZone("", -7*3600), time.FixedZone("", 5*3600+1800)}
	duration := func(_ []string, a slog.Attr) slog.Attr { // as the programs' log
		if a.Value.Kind() == slog.KindDuration {
			a.Value = slog.StringValue(a.Value.Duration().String())
		}
		return a
	}
	plain := regexp.MustCompile(`^[ !#-\[\]-~]*$`)
	var got, want bytes.Buffer
	access := newAccessLog(Config{Access: &got, RunID: "k3f9qm1t"})
	log := slog.New(slog.NewJSONHandler(&want, &slog.HandlerOptions{ReplaceAttr: duration})).With("run", "k3f9qm1t")
	rapid.Check(t, func(t *rapid.T) {
		got.Reset()
		want.Reset()
		ns := rapid.OneOf(rapid.Int64Range(0, 2e9), rapid.SampledFrom([]int64{0, 1, 1e6, 5e8, 999_999_999})).Draw(t, "ns")
		now := time.Unix(1_750_000_000, ns).In(rapid.SampledFrom(zones).Draw(t, "zone"))
		took := time.Duration(rapid.OneOf(rapid.Int64Range(0, 1e6), rapid.Int64Min(0)).Draw(t, "took"))
		e := &exchange{
			id:      rapid.StringMatching(`[A-Za-z0-9._-]{1,64}`).Draw(t, "id"),
			path:    rapid.OneOf(rapid.StringMatching(`/[ -~]{0,40}`), rapid.StringMatching(`/[!-~]{60,80}`), rapid.String()).Draw(t, "path"),
			status:  rapid.IntRange(100, 599).Draw(t, "status"),
			problem: rapid.SampledFrom([]kind{"", crimeNotFound}).Draw(t, "problem"),
			line:    []byte("of another request"),
		}
		method := rapid.OneOf(rapid.SampledFrom(methods), rapid.String()).Draw(t, "method")
		access.write(e, method, now, took)
		r := slog.NewRecord(now, slog.LevelInfo, answered, 0)
		r.AddAttrs(slog.String("request", e.id), slog.String("method", method), slog.String("path", brief(e.path)),
			slog.Int("status", e.status), slog.Duration("took", took))
		if e.problem != "" {
			r.AddAttrs(slog.String("problem", string(e.problem)))
		}
		if err := log.Handler().Handle(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		if plain.MatchString(method + brief(e.path)) {
			if !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Fatalf("\n got %s\nwant %s", got.Bytes(), want.Bytes())
			}
			return
		}
		var a, b map[string]any
		if err := json.Unmarshal(got.Bytes(), &a); err != nil {
			t.Fatalf("%v: %s", err, got.Bytes())
		}
		if err := json.Unmarshal(want.Bytes(), &b); err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(a, b) || bytes.Count(got.Bytes(), []byte("\n")) != 1 {
			t.Fatalf("\n got %s\nwant %s", got.Bytes(), want.Bytes())
		}
	})
}
