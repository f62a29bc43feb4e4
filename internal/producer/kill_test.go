package producer_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"hotspot/internal/producer"
	"hotspot/internal/testkit"
)

// kill -9 at random moments, most of them while a request is being written: the
// topic ends up with all rows, in order, none missing.
func TestKilledProducerLeavesNoHole(t *testing.T) {
	const rows = 24_000
	input := write(t, "", csv(1, rows))
	for _, partitions := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d partitions", partitions), func(t *testing.T) {
			c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
			c.Partitions, c.Input = partitions, input
			topic := open(t, c.Kafka)
			defer topic.Close()
			end := func() (n int64) {
				ranges, _ := topic.Ranges(t.Context())
				for _, r := range ranges {
					n += r.End
				}
				return n
			}
			kills := 0
			for goal := int64(1500); goal < rows-8000; goal += 3500 {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), fmt.Sprintf("PRODUCER_TEST_CHILD=%d %s %s %s", partitions, strings.Join(c.Kafka.Brokers, ","), c.Kafka.Topic, input))
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				testkit.Eventually(t, "the topic grows", func() bool { return end() >= goal })
				cmd.Process.Kill()
				if cmd.Wait() != nil {
					kills++
				}
			}
			s := run(t, c)
			again := checkTopic(t, dump(t, c.Kafka), rows, "untitled", false)
			t.Logf("%d kills, %d rows left to the last run, %d rows came again", kills, s.Sent, again)
			if kills == 0 {
				t.Error("no producer was killed before its end")
			}
		})
	}
}
