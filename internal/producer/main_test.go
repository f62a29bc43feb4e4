package producer_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hotspot/internal/producer"
	"hotspot/internal/stream"
)

// TestMain is also the producer that TestKilledProducerLeavesNoHole kills.
func TestMain(m *testing.M) {
	if input := os.Getenv("PRODUCER_TEST_CHILD"); input != "" {
		os.Exit(child(input))
	}
	goleak.VerifyTestMain(m)
}

// child runs a producer: "partitions brokers topic input".
func child(arguments string) int {
	f := strings.SplitN(arguments, " ", 4)
	c := producer.Config{AreaFlags: denver, Kafka: stream.Config{Brokers: strings.Split(f[1], ","), Topic: f[2]}}
	c.Partitions, _ = strconv.Atoi(f[0])
	c.Input = f[3]
	if _, err := producer.Run(context.Background(), slog.New(slog.DiscardHandler), c); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}
