package consumer_test

import (
	"context"
	"strings"
	"testing"
	"time"

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
	for !strings.Contains(status(t, c.Dir), `"rows":3`) && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	if s := status(t, c.Dir); !strings.Contains(s, `"title":"city of the test","invented":true,"batch":1`) {
		t.Errorf("open.json = %s, want the title of the rows", s)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
