package train_test

import (
	"testing"

	"hotspot/internal/testkit"
	"hotspot/internal/train"
)

func TestZeroFlagsMeanWhatTheTagsSay(t *testing.T) {
	testkit.Defaults(t, train.Flags{}.WithDefaults())
}
