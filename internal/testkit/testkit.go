// Package testkit is what the tests of several packages share: a broker, the
// data, and the comparison of two folders. Only tests import it.
package testkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/crime"
	"hotspot/internal/input/generate"
	"hotspot/internal/platform/broker"
	"hotspot/internal/source"
	"hotspot/internal/stream"
)

// Log is a logger for roles under test: it shows warnings when the test fails.
func Log(t testing.TB) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(writer{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type writer struct{ t testing.TB }

func (w writer) Write(p []byte) (int, error) {
	w.t.Logf("%s", bytes.TrimSpace(p))
	return len(p), nil
}

var topics atomic.Int64

// Kafka returns a topic's address: of its own on the brokers that
// HOTSPOT_TEST_BROKERS names, else on an embedded broker that ends with the
// test. The topic does not exist yet.
func Kafka(t testing.TB) stream.Config {
	t.Helper()
	c := stream.Config{Topic: fmt.Sprintf("hotspot-test-%d-%d-%d", os.Getpid(), time.Now().UnixNano(), topics.Add(1))}
	if brokers := os.Getenv("HOTSPOT_TEST_BROKERS"); brokers != "" {
		c.Brokers = strings.Split(brokers, ",")
		return c
	}
	b, err := broker.Start(broker.Config{Listen: "127.0.0.1:0", Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	c.Brokers = []string{b.Addr()}
	return c
}

// DeleteBefore lets the messages of a partition before an offset go, as they
// do when they expire.
func DeleteBefore(t testing.TB, brokers []string, topic string, partition int32, offset int64) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	p := kmsg.NewDeleteRecordsRequestTopicPartition()
	p.Partition, p.Offset = partition, offset
	of := kmsg.NewDeleteRecordsRequestTopic()
	of.Topic, of.Partitions = topic, append(of.Partitions, p)
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.Topics = append(req.Topics, of)
	res, err := req.RequestWith(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	if err := kerr.ErrorForCode(res.Topics[0].Partitions[0].ErrorCode); err != nil {
		t.Fatal(err)
	}
}

// Generated writes the crimes of an invented city and returns the file's path.
func Generated(t testing.TB, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crime_preprocessed.csv")
	if _, err := generate.Run(t.Context(), generate.Config{Output: path, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	return path
}

// Elsewhere is Generated for another city: the crimes lie 105 degrees to the east
// and 11.7 to the north, around 0.05 E and 51.44 N, and the sidecar says so.
func Elsewhere(t testing.TB, rows int) string {
	t.Helper()
	path := Generated(t, rows)
	csv, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved := crime.AppendHeader(nil)
	for rec, err := range source.Rows(csv, path) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Located {
			rec.Text[crime.ColGeoLon] = strconv.FormatFloat(rec.Place.Lon+105, 'f', 6, 64)
			rec.Text[crime.ColGeoLat] = strconv.FormatFloat(rec.Place.Lat+11.7, 'f', 6, 64)
		}
		moved = rec.AppendCSV(moved)
	}
	m, err := source.ReadMeta(path)
	if err != nil {
		t.Fatal(err)
	}
	m.Title, m.Planted = "Elsewhere", nil
	m.Origin, m.Bounds = &crime.Place{Lon: 0.05, Lat: 51.44}, &crime.Bounds{Lon: [2]float64{-0.2, 0.5}, Lat: [2]float64{51.25, 51.65}}
	for path, data := range map[string][]byte{path: moved, source.MetaPath(path): m.Encode()} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// City returns the path of the city's raw file. The test is skipped when
// HOTSPOT_TEST_DATA does not name its folder: it is never part of the project.
func City(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("HOTSPOT_TEST_DATA")
	if dir == "" {
		t.Skip("HOTSPOT_TEST_DATA does not name the folder of the city's rows")
	}
	return filepath.Join(dir, "crime.csv.gz")
}

// SameFolder fails the test where the folders want and got differ in what is
// a pure function of the rows (see [Comparable]).
func SameFolder(t testing.TB, want, got string) {
	t.Helper()
	w, g := Whole(t, want), Whole(t, got)
	if !slices.Equal(w, g) {
		t.Errorf("files of %s = %v, want %v", got, g, w)
	}
	for _, name := range g {
		if slices.Contains(w, name) {
			SameFile(t, want, got, name)
		}
	}
}

// SameFile is SameFolder for one name.
func SameFile(t testing.TB, want, got, name string) {
	t.Helper()
	w, errW := os.ReadFile(filepath.Join(want, name))
	g, errG := os.ReadFile(filepath.Join(got, name))
	if err := errors.Join(errW, errG); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(Comparable(name, w), Comparable(name, g)) {
		t.Errorf("%s differs from the same file of the uninterrupted run (%d and %d bytes)", filepath.Join(got, name), len(g), len(w))
	}
}

// Comparable is the part of a file's content that is a pure function of the
// rows: all of it, but for a manifest's member transport. A manifest that is no
// JSON is as it is, and equal to no other.
func Comparable(name string, data []byte) []byte {
	var m map[string]json.RawMessage
	if !strings.HasPrefix(name, "batch-") || !strings.HasSuffix(name, ".json") || json.Unmarshal(data, &m) != nil {
		return data
	}
	delete(m, "transport")
	rest, err := json.Marshal(m)
	if err != nil {
		return data
	}
	return rest
}

// Whole lists the batches, manifests and models of a folder.
func Whole(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "batch-") || strings.HasPrefix(e.Name(), "model-") {
			names = append(names, e.Name())
		}
	}
	return names
}
