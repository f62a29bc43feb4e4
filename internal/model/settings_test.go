package model_test

import (
	"testing"

	"hotspot/internal/model"
)

// TestKIsANumberOrAuto: as flags have it.
func TestKIsANumberOrAuto(t *testing.T) {
	for text, want := range map[string]model.K{"5": 5, "1000": 1000, "auto": model.Auto} {
		var k model.K
		if err := k.UnmarshalText([]byte(text)); err != nil || k != want {
			t.Errorf("%s: %d, %v", text, k, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "1001", "many", "5.0", "Auto", "-2147483648", "99999999999999999999"} {
		if err := new(model.K).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
	chosen := model.Auto.Settings(model.DefaultSettings())
	if chosen.KFrom != model.FromData {
		t.Errorf("auto: %+v", chosen)
	}
	seen := chosen
	seen.K = 4
	if diff := model.Diff(seen, chosen); diff != "" {
		t.Errorf("two that take k from the data differ: %s", diff)
	}
	if diff := model.Diff(seen, model.DefaultSettings()); diff != "k auto, not 5" {
		t.Errorf("auto and 5: %q", diff)
	}
}
