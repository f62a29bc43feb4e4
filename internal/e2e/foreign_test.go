package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotspot/internal/model"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// Ten thousand JSON objects of another program, its own names and dates, no
// header of ours: numbered by their offsets, through a kill, to the same bytes.
func TestAForeignTopicIsReadThroughAKill(t *testing.T) {
	const messages, size, batches = 10000, 500, 20
	kafka := testkit.Kafka(t)
	topic, err := stream.Open(kafka, testkit.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	defer topic.Close()
	if err := topic.Create(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	var all []stream.Message
	for i := range messages {
		date := time.Date(2020, 7, 1, 0, i, 0, 0, time.UTC).Format("01/02/2006 03:04:05 PM")
		all = append(all, stream.Message{Value: fmt.Appendf(nil, `{"case":%d,"when":%q,"what":"THEFT","at":{"y":%.4f,"x":%.4f}}`,
			i+1, date, 39.6+float64(i%97)/400, -105+float64(i%89)/400)})
	}
	w := topic.NewWriter()
	if err := w.Write(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	const mapping = "format: hotspot.mapping/1\ncolumns: {INCIDENT_ID: case, REPORTED_DATE: when, OFFENSE_CATEGORY_ID: what, GEO_LON: at.x, GEO_LAT: at.y}\ndates: ['%m/%d/%Y %I:%M:%S %p']\n"
	if err := os.WriteFile(filepath.Join(dir, "mapping.yaml"), []byte(mapping), 0o644); err != nil {
		t.Fatal(err)
	}
	args := func(out string) []string {
		return on(kafka, "--order", "offset", "--columns", "mapping.yaml", "--title", "Their city", "--bounds=-105.2,39.55,-104.5,39.95",
			"--batch-size", fmt.Sprint(size), "--dir", out, "--batches", fmt.Sprint(batches))
	}
	run(t, dir, "consumer", args("whole")...)
	for try := 1; ; try++ {
		c := start(t, dir, "consumer", args("killed")...)
		testkit.Eventually(t, "batch 3", func() bool {
			_, err := os.Stat(filepath.Join(dir, "killed", "batch-000003.json"))
			return err == nil
		})
		c.kill()
		if _, err := os.Stat(filepath.Join(dir, "killed", model.Name(batches))); err != nil {
			break
		}
		if try == 5 {
			t.Fatal("it was killed too late to show anything, five times in a row")
		}
		if err := os.RemoveAll(filepath.Join(dir, "killed")); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "consumer", args("killed")...)
	testkit.SameFolder(t, filepath.Join(dir, "whole"), filepath.Join(dir, "killed"))
	if out := run(t, dir, "hotspot", append([]string{"verify", "--with-topic", "--dir", "killed"}, on(kafka)...)...); !strings.Contains(out, "20 of 10,000 rows") {
		t.Errorf("verify: %s", out)
	}
}
