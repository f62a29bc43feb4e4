package consumer_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"hotspot/internal/consumer"
	"hotspot/internal/testkit"
)

// A consumer without a broker knows no lag, so an alert needs a number that
// says what /readyz says. One that never found its broker says so too.
func TestABrokerThatIsAwayIsSeenInTheMetricsAndInReadyz(t *testing.T) {
	top, c := topic(t, 1)
	send(t, top, rows(t, 10, 1, "Test")...)
	c.MetricsListen = testkit.FreeAddress(t)
	nobody := testkit.FreeAddress(t)
	for _, away := range []bool{false, true} {
		want := "hotspot_consumer_ready 1\n"
		if away {
			c.Kafka.Brokers, c.Dir, want = []string{nobody}, t.TempDir(), "hotspot_consumer_ready 0\n"
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- consumer.Run(ctx, testkit.Log(t), c) }()
		testkit.Eventually(t, want, func() bool {
			return holds(c.MetricsListen, "/metrics", want) && (!away || holds(c.MetricsListen, "/readyz", `"reason":"broker_away: `))
		})
		http.DefaultClient.CloseIdleConnections()
		stop()
		<-done
	}
}

// holds says whether an answer holds the text.
func holds(addr, path, text string) bool {
	status, body := testkit.Get("http://" + addr + path)
	return status != 0 && strings.Contains(body, text)
}
