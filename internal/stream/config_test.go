package stream_test

import (
	"testing"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

func TestAZeroConfigMeansWhatTheFlagsSay(t *testing.T) {
	testkit.Defaults(t, stream.Config{}.WithDefaults())
}
