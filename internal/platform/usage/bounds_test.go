package usage_test

import (
	"math"
	"testing"
	"time"

	"hotspot/internal/platform/usage"
)

func TestBoundsAreIncludedAndAnErrorSaysThem(t *testing.T) {
	for _, tt := range []struct {
		flag string
		v    int64
		says string // "": right
	}{
		{"restarts", 1, ""},
		{"restarts", 100_000, ""},
		{"restarts", 0, "--restarts 0: want 1 to 100000"},
		{"restarts", math.MaxInt64, "--restarts 9223372036854775807: want 1 to 100000"},
		{"seed", 0, "--seed 0: want 1 or more"},
		{"retention", int64(7 * 24 * time.Hour), ""},
		{"retention", -1, "--retention -1ns: want 0s to 36500d"},
		{"spark-timeout", int64(31 * 24 * time.Hour), "--spark-timeout 31d: want 1s to 30d"},
		{"no-number", -1, ""},
	} {
		said := ""
		if err := usage.Check(tt.flag, tt.v); err != nil {
			said = err.Error()
			if !usage.Is(err) {
				t.Errorf("%v is no usage error", err)
			}
		}
		if said != tt.says {
			t.Errorf("Check(%s, %d) says %q, want %q", tt.flag, tt.v, said, tt.says)
		}
	}
}
