package consumer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/consumer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// untilSays runs a consumer until open.json says text.
func untilSays(t *testing.T, c consumer.Config, text string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, testkit.Log(t), c) }()
	until(t, c.Dir, text, done)
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestABatchWithoutAUsablePlaceMakesTheConsumerUnusable(t *testing.T) {
	top, c := topic(t, 1)
	send(t, top, rows(t, size, 1, "Test")...)
	c.Bounds = "-0.5,51.3,0.3,51.7"
	const says = `"state":"unusable","detail":"none of the 200 rows of batch 1 has a usable place: 0 have none, 200 lie outside of the map's --origin -0.1,51.5 --bounds -0.5,51.3,0.3,51.7"`
	untilSays(t, c, says)
	if err := os.Remove(filepath.Join(c.Dir, "open.json")); err != nil {
		t.Fatal(err)
	}
	untilSays(t, c, says) // and it is not forgotten
}

func TestAFieldOfTheMappingThatNoMessageHasIsNamed(t *testing.T) {
	top, c := topic(t, 1)
	mapping := filepath.Join(t.TempDir(), "mapping.yaml")
	text := "format: hotspot.mapping/2\ncolumns:\n  INCIDENT_ID: id\n  REPORTED_DATE: date\n  GEO_LON: x\n  GEO_LAT: y\n  OFFENSE_CATEGORY_ID: kind\n  DISTRICT_ID: district\n"
	if err := os.WriteFile(mapping, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var messages []stream.Message
	for i := range 1200 {
		messages = append(messages, stream.Message{Value: fmt.Appendf(nil, `{"id":%d,"date":"2020-07-01T00:00:00","x":%g,"y":39.7,"kind":"theft"}`, i, -105+float64(i%50)/1000)})
	}
	c.Foreign = consumer.Foreign{Order: "offset", Columns: mapping}
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "--bounds: with --order offset nothing else says where the city lies") {
		t.Errorf("without --bounds: %v", err)
	}
	c.Bounds = "-105.2,39.55,-104.5,39.95"
	send(t, top, messages[:900]...)
	untilSays(t, c, `"state":"waiting"`)
	send(t, top, messages[900:]...)
	untilSays(t, c, `"state":"unusable","detail":"no message so far has what the mapping asks for: district;`)
}

// The topic is shorter than the folder: no row is missing yet, and the rows that are
// there lie before the last batch, whose rows alone are remembered one by one.
func TestATopicOfOtherDataIsNamedBeforeItsRowsAreNeeded(t *testing.T) {
	top, c := topic(t, 1)
	send(t, top, rows(t, 3*size, 1, "Test")...)
	if err := consume(t, c, 3); err != nil {
		t.Fatal(err)
	}
	other, elsewhere := topic(t, 1)
	send(t, other, rows(t, 3*size, 2, "Other")[:size/2]...)
	c.Kafka = elsewhere.Kafka
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, testkit.Log(t), c) }()
	testkit.Eventually(t, "the state says what the topic holds", func() bool {
		s := status(t, c.Dir)
		return strings.Contains(s, `row 1 is of \"Other\"`) && strings.Contains(s, `use another --dir`)
	})
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
