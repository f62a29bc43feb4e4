package consumer_test

import (
	"context"
	"strings"
	"testing"

	"hotspot/internal/consumer"
	"hotspot/internal/testkit"
)

// The page of an invented city says so from the first row on, before any batch.
func TestStatusSaysWhatTheDataIs(t *testing.T) {
	top, c := topic(t, 1)
	send(t, top, rows(t, 3, 1, "city of the test")...)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, testkit.Log(t), c) }()
	until(t, c.Dir, `"rows":3`, done)
	if s := status(t, c.Dir); !strings.Contains(s, `"title":"city of the test","invented":true,"area":"`) {
		t.Errorf("open.json = %s, want the title of the rows", s)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// until waits until open.json says text, and fails the test when Run ends before.
func until(t *testing.T, dir, text string, done <-chan error) {
	t.Helper()
	testkit.Eventually(t, "open.json says "+text, func() bool {
		select {
		case err := <-done:
			t.Fatalf("Run = %v before open.json said %s: %s", err, text, status(t, dir))
		default:
		}
		return strings.Contains(status(t, dir), text)
	})
}
