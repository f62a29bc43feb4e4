package api_test

import (
	"strings"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
)

func TestTheListOfModelsSaysThatPointsWereMoved(t *testing.T) {
	f := emptyFolder(t, batchSize)
	area := crime.Denver
	area.MaskedM = 43
	f.chain = crime.StartChain(crime.Source{Title: title, Invented: true, Area: area.String()})
	f.builder = batch.NewBuilder(batch.Config{
		Size: batchSize, Header: crime.AppendHeader(nil), Source: batch.Source{Title: title, Invented: true, Area: area.String()}, Topic: "test",
	}, 1, 1, f.chain)
	f.publishBatch(rows[:batchSize])
	f.publishModel(1)
	if body := get(loaded(t, f.dir), "/models").Body.String(); !strings.Contains(body, `"invented":true,"masked_m":43,`) {
		t.Error(body)
	}
	if body := get(loaded(t, newFolder(t, 1).dir), "/models").Body.String(); strings.Contains(body, "masked_m") {
		t.Error(body)
	}
}
