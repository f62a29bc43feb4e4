package chaos

import (
	"slices"
	"testing"
)

func TestWhatChaosStartsAgainGoesOnAndDoesNotBeginAnew(t *testing.T) {
	args, env := withoutFresh(
		[]string{"hotspot", "up", "--fresh", "--fresh=true", "--dir", "fresh", "--sleep-max", "1ms"},
		[]string{"HOTSPOT_FRESH=1", "HOTSPOT_DIR=fresh"})
	if want := []string{"hotspot", "up", "--dir", "fresh", "--sleep-max", "1ms"}; !slices.Equal(args, want) {
		t.Errorf("args = %q, want %q", args, want)
	}
	if want := []string{"HOTSPOT_DIR=fresh"}; !slices.Equal(env, want) {
		t.Errorf("env = %q, want %q", env, want)
	}
}
