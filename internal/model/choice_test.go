package model_test

import (
	"slices"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// TestAnIncidentCountsOnce: its first row that can be used stands for it.
func TestAnIncidentCountsOnce(t *testing.T) {
	here := crime.Place{Lon: -104.95, Lat: 39.74}
	rows := []crime.Record{
		{Incident: 1, Located: true, Place: here},
		{Incident: 2}, // no place: the next row of it may have one
		{Incident: 1, Located: true, Place: here},
		{Incident: 2, Located: true, Place: here},
		{Incident: 2, Located: true, Place: here},
		{Incident: 2},
		{Incident: 3, Located: true},
	}
	tests := map[string][]feature.Skip{
		model.Offense:  {"", feature.NoLocation, "", "", "", feature.NoLocation, feature.OutOfArea},
		model.Incident: {"", feature.NoLocation, model.Repeated, "", model.Repeated, feature.NoLocation, feature.OutOfArea},
	}
	for weight, want := range tests {
		s := model.DefaultSettings()
		s.Weight = weight
		choice := model.NewChoice(s, feature.Default())
		var got []feature.Skip
		var x []float64
		usable := 0
		for i := range rows {
			v, skip := choice.Vector(x, rows[i].Incident, feature.NewInput(&rows[i]))
			if x = v; skip == feature.Usable {
				usable++
			}
			got = append(got, skip)
		}
		if !slices.Equal(got, want) || len(x) != 2*usable {
			t.Errorf("weight %s: %q and %d numbers, want %q and %d", weight, got, len(x), want, 2*usable)
		}
	}
}

// TestKIsANumberOrAuto: as flags have it.
func TestKIsANumberOrAuto(t *testing.T) {
	for text, want := range map[string]model.K{"5": 5, "1000": 1000, "0": 0, "-1": -1, "auto": model.Auto} {
		var k model.K
		if err := k.UnmarshalText([]byte(text)); err != nil || k != want {
			t.Errorf("%s: %d, %v", text, k, err)
		}
	}
	for _, text := range []string{"", "many", "5.0", "Auto", "-2147483648", "99999999999999999999"} {
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
