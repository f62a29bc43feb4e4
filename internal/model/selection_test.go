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
		selection := model.NewSelection(s, feature.Default())
		var got []feature.Skip
		var x []float64
		usable := 0
		for i := range rows {
			v, skip := selection.Vector(x, rows[i].Incident, feature.NewInput(&rows[i]))
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
