package producer_test

import (
	"testing"
	"time"

	"hotspot/internal/producer"
	"hotspot/internal/testkit"
)

func TestAZeroConfigMeansWhatTheFlagsSay(t *testing.T) {
	c := producer.Config{}.WithDefaults()
	if c.SleepMax != 0 {
		t.Errorf("--sleep-max: a zero Config pauses up to %s, want full speed", c.SleepMax)
	}
	c.SleepMax = 5 * time.Millisecond // the only flag whose default is not its zero
	testkit.Defaults(t, c.Options)
}
