package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/kmeans"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// jars are those of the Kafka connector.
func jars(t *testing.T) []string {
	t.Helper()
	realSpark(t)
	if os.Getenv("HOTSPOT_TEST_BROKERS") == "" {
		t.Skip("needs a real Kafka: Java's client asks more than the embedded broker answers")
	}
	found, err := filepath.Glob(filepath.Join(os.Getenv("HOTSPOT_TEST_SPARK_JARS"), "*.jar"))
	if err != nil || len(found) == 0 {
		t.Fatalf("HOTSPOT_TEST_SPARK_JARS names no folder of jars: %v", err)
	}
	return []string{"--jars", strings.Join(found, ",")}
}

// filled is a topic of 4 partitions that holds the 15,000 rows of input, and
// the offsets of each, as the manifest of a batch of all of them has them.
func filled(t *testing.T, input string) (kafka stream.Config, ranges map[string][2]int64) {
	t.Helper()
	kafka, dir := testkit.Kafka(t), t.TempDir()
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0", "--partitions", "4")...)
	run(t, dir, "consumer", on(kafka, "--dir", "x", "--batches", "1", "--batch-size", "15000")...)
	text, err := os.ReadFile(filepath.Join(dir, "x", "batch-000001.json"))
	var manifest struct {
		Transport struct{ Next map[string]int64 }
	}
	if err == nil {
		err = json.Unmarshal(text, &manifest)
	}
	if err != nil {
		t.Fatal(err)
	}
	ranges = map[string][2]int64{}
	for p, next := range manifest.Transport.Next {
		ranges[p] = [2]int64{0, next}
	}
	return kafka, ranges
}

// A worker and its executor are killed while they hold a part of the rows, and
// the model comes all the same: the one that native finds in the same rows.
func TestSparkLosesAWorkerAndTrainsOnFromKafka(t *testing.T) {
	connector := jars(t)
	input := testkit.Generated(t, 15000)
	kafka, ranges := filled(t, input)
	rows := readLocated(t, input)
	text, err := json.Marshal(ranges)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cluster := func(args ...string) string {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "../../deploy/spark/local-cluster/local-cluster.sh", append(args, folder)...)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("local-cluster %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	t.Cleanup(func() { cluster("stop") })
	master := cluster("start")
	start := rows.spread(5)
	killed := ""
	models, log, err := trainPy(t, master, [][][2]float64{start}, func(line string) {
		if killed == "" && strings.HasPrefix(line, "hotspot-spark: read ") {
			killed = cluster("kill", "1")
			t.Log(killed)
		}
	}, append(connector, "--", "--kafka-brokers", strings.Join(kafka.Brokers, ","), "--kafka-topic", kafka.Topic, "--kafka-ranges", string(text))...)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	if killed == "" || strings.HasSuffix(killed, "none") || !strings.Contains(log, "Lost executor") {
		t.Errorf("no executor was lost (%s):\n%s", killed, log)
	}
	want, err := kmeans.FitFrom(rows.x, 2, flat(start), kmeans.Config{K: 5})
	if err != nil {
		t.Fatal(err)
	}
	m := models[0]
	if apart, _ := matched(want.Centroids, m.Centroids); apart != 0 || m.Rows.Total != 15000 || m.Rows.Trained != len(rows.offenses) || m.Iterations != want.Iterations {
		t.Errorf("centroids %v km apart, rows %+v, %d iterations; want none, %d, %d", apart, m.Rows, m.Iterations, len(rows.offenses), want.Iterations)
	}
}

// A range that the topic does not hold is named before Spark reads a row.
func TestSparkRangePastTheEndIsNamed(t *testing.T) {
	connector := jars(t)
	kafka, ranges := filled(t, testkit.Generated(t, 15000))
	end := ranges["1"][1]
	_, log, err := trainPy(t, "local[1]", [][][2]float64{{{0, 0}}}, func(line string) {
		if strings.Contains(line, "read") {
			t.Errorf("rows were read: %s", line)
		}
	}, append(connector, "--", "--kafka-brokers", strings.Join(kafka.Brokers, ","), "--kafka-topic", kafka.Topic,
		"--kafka-ranges", fmt.Sprintf(`{"1":[0,%d]}`, end+1))...)
	want := fmt.Sprintf("hotspot-spark: error: topic %s, partition 1: the range [0, %d) is not within [0, %d)", kafka.Topic, end+1, end)
	if err == nil || !strings.Contains(log, want) {
		t.Errorf("%v; want %s:\n%s", err, want, log)
	}
}
