package consumer_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hotspot/internal/consumer"
	"hotspot/internal/stream"
)

func TestDeadLettersAreReadToTheLineThatACrashTore(t *testing.T) {
	const one, two = `{"topic":"t","partition":1,"offset":7,"reason":"conflict","key":"","headers":[],"value":"AP8="}` + "\n",
		`{"topic":"t","partition":0,"offset":8,"reason":"empty-value","key":"","headers":[],"value":""}` + "\n"
	broken := errors.New("broken pipe")
	tests := []struct {
		name, file string
		want       []int64
		stop       error
		fails      bool
	}{
		{name: "no file"},
		{name: "whole", file: one + two, want: []int64{7, 8}},
		{name: "the last line is torn", file: one + two[:20], want: []int64{7}},
		{name: "a line in the middle is none", file: one + "x\n" + two, want: []int64{7}, fails: true},
		{name: "the reader has enough", file: one + two, want: []int64{7}, stop: broken, fails: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.file != "" {
				if err := os.WriteFile(filepath.Join(dir, "dead-letters.ndjson"), []byte(tt.file), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var got []int64
			err := consumer.DeadLetters(dir, func(l consumer.DeadLetter, line []byte) error {
				got = append(got, l.Offset)
				return tt.stop
			})
			if !slices.Equal(got, tt.want) || (err != nil) != tt.fails || tt.stop != nil && !errors.Is(err, tt.stop) {
				t.Errorf("offsets %v, error %v; want %v, %t", got, err, tt.want, tt.fails)
			}
		})
	}
}

// What is no reason is not said: a message without our header has no other fault.
func TestALineAboutADeadLetterHasNoEmptyReason(t *testing.T) {
	top, c := topic(t, 1)
	good := rows(t, size, 1, "Test")
	send(t, top, append([]stream.Message{{Value: good[0].Value}}, good...)...)
	c.Batches = 1
	var j journal
	if err := consumer.Run(t.Context(), slog.New(slog.NewJSONHandler(&j, nil)), c); err != nil {
		t.Fatal(err)
	}
	if j.count("no-row-header") != 1 || j.count("null") != 0 {
		t.Errorf("the log says %s", j.buf.String())
	}
}
