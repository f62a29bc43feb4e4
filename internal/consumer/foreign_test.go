package consumer_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotspot/internal/consumer"
	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

const theirs = `
format: hotspot.mapping/1
columns:
  INCIDENT_ID: id
  REPORTED_DATE: date
  GEO_LON: location.longitude
  GEO_LAT: location.latitude
  OFFENSE_CATEGORY_ID: primary_type
dates: ["%m/%d/%Y %I:%M:%S %p"]
`

// foreign are messages of another program: JSON objects without headers. Every
// 50th is none.
func foreign(n int) (m []stream.Message) {
	for i := range n {
		if i%50 == 49 {
			m = append(m, stream.Message{Value: fmt.Appendf(nil, `{"id":"none %d"}`, i)})
		}
		date := time.Date(2020, 7, 1, 0, i, 0, 0, time.UTC).Format("01/02/2006 03:04:05 PM")
		m = append(m, stream.Message{Key: []byte("any"), Value: fmt.Appendf(nil, `{"id": %d, "date": %q, "primary_type": "THEFT", "location": {"latitude": %.4f, "longitude": %.4f}}`,
			i+1, date, 39.6+float64(i%97)/400, -105+float64(i%89)/400)})
	}
	return m
}

// foreignTopic is a topic of n such messages and a consumer for it.
func foreignTopic(t *testing.T, n int) (*stream.Topic, consumer.Config) {
	t.Helper()
	top, c := topic(t, 1)
	mapping := filepath.Join(t.TempDir(), "mapping.yaml")
	if err := os.WriteFile(mapping, []byte(theirs), 0o644); err != nil {
		t.Fatal(err)
	}
	c.Foreign = consumer.Foreign{Order: "offset", Columns: mapping, Title: "Their city"}
	c.Bounds = "-105.2,39.55,-104.5,39.95"
	send(t, top, foreign(n)...)
	return top, c
}

func TestATopicOfSomebodyElseIsNumberedByItsOffsets(t *testing.T) {
	_, wc := foreignTopic(t, 3*size)
	if err := consume(t, wc, 3); err != nil {
		t.Fatal(err)
	}
	m := manifest(t, wc.Dir, 3)
	if m.Title != "Their city" || m.Invented || m.LastRow != 3*size || m.Transport.Next[0] != 3*size+3*size/50 {
		t.Errorf("manifest %+v", m)
	}
	csv, err := os.ReadFile(filepath.Join(wc.Dir, "batch-000001.csv"))
	if err != nil || !strings.Contains(string(csv), "\n1,1,,,,THEFT,,,2020-07-01T00:00:00,-105.0000,39.6000,") {
		t.Errorf("%v %s", err, csv[:300])
	}
	letters := deadLetters(t, wc.Dir)
	if len(letters) != 3*size/50 || letters[0].Reason != "not-a-record" || string(letters[0].Value) != `{"id":"none 49"}` {
		t.Errorf("%d dead letters, the first %+v", len(letters), letters[0])
	}

	// Batch by batch, each time from the start: the same bytes, nothing twice.
	_, c := foreignTopic(t, 3*size)
	for n := 1; n <= 3; n++ {
		if err := consume(t, c, n); err != nil {
			t.Fatal(err)
		}
	}
	testkit.SameFolder(t, wc.Dir, c.Dir)
	if m := manifest(t, c.Dir, 3); m.Transport.Duplicates != 0 {
		t.Errorf("%d messages were read again", m.Transport.Duplicates)
	}
}

func TestBadValuesOfAForeignTopicAreEmptyAndToldByTheirKind(t *testing.T) {
	top, c := foreignTopic(t, 0)
	var messages []stream.Message
	for i := range 12 {
		messages = append(messages, stream.Message{Value: fmt.Appendf(nil, `{"id":%d,"date":"07/01/2020 01:00:00 PM","location":{"latitude":39.7,"longitude":"east"}}`, i)})
	}
	send(t, top, append(messages, foreign(size)...)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var j journal
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, slog.New(slog.NewTextHandler(&j, nil)), c) }()
	testkit.Eventually(t, "a batch is there", func() bool {
		_, err := os.Stat(filepath.Join(c.Dir, "batch-000001.json"))
		return err == nil
	})
	cancel()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for _, rows := range []string{"1", "10"} {
		if want := `msg="odd in the rows" role=consumer what="GEO_LON: not a number" rows=` + rows + "\n"; j.count(want) != 1 {
			t.Errorf("the log lacks %s", want)
		}
	}
	if j.count("east") > 0 {
		t.Error("the log holds the contents of a row")
	}
}

func TestAForeignTopicMadeAnewGoesOnWithTheSameRowsAndHaltsAtOthers(t *testing.T) {
	all := foreign(3 * size)
	_, wc := foreignTopic(t, 3*size)
	if err := consume(t, wc, 3); err != nil {
		t.Fatal(err)
	}
	anew := func(messages []stream.Message) (consumer.Config, error) {
		top, c := foreignTopic(t, 2*size)
		if err := consume(t, c, 2); err != nil {
			t.Fatal(err)
		}
		if err := top.Delete(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := top.Create(t.Context(), 1, 0); err != nil {
			t.Fatal(err)
		}
		send(t, top, messages...)
		return c, consume(t, c, 3)
	}
	c, err := anew(append(foreign(1)[:0:0], append([]stream.Message{{Value: []byte("one more that is none")}}, all...)...))
	if err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, wc.Dir, c.Dir)
	_, err = anew(all[1:]) // the first row is missing: every number is another row's
	halted(t, err, consumer.HaltChain)
}

func TestAForeignTopicThatCannotBeReadInOrderIsRefused(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, top *stream.Topic, c *consumer.Config)
		says  string
	}{
		{"several partitions", func(t *testing.T, top *stream.Topic, c *consumer.Config) {
			if err := top.Delete(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := top.Create(t.Context(), 3, 0); err != nil {
				t.Fatal(err)
			}
		}, "--order offset needs one"},
		{"another title", func(t *testing.T, top *stream.Topic, c *consumer.Config) {
			if err := consume(t, *c, 1); err != nil {
				t.Fatal(err)
			}
			c.Foreign.Title = "Another"
		}, `--title "Their city"`},
		{"no mapping", func(t *testing.T, top *stream.Topic, c *consumer.Config) { c.Foreign.Columns += ".none" }, "mapping.yaml.none"},
		{"a mapping for our own topic", func(t *testing.T, top *stream.Topic, c *consumer.Config) { c.Foreign.Order = "row" }, "--columns and --title need --order offset"},
		{"an order that is none", func(t *testing.T, top *stream.Topic, c *consumer.Config) { c.Foreign.Order = "time" }, `--order "time"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			top, c := foreignTopic(t, 2*size)
			tt.spoil(t, top, &c)
			ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
			defer cancel()
			err := consumer.Run(ctx, testkit.Log(t), c)
			if !usage.Is(err) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want a usage error with %q", err, tt.says)
			}
		})
	}
}

func halted(t *testing.T, err error, reason string) {
	t.Helper()
	var halt *consumer.HaltError
	if !errors.As(err, &halt) || halt.Reason != reason {
		t.Errorf("%v, want a halt for %s", err, reason)
	}
}
