package e2e_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// A topic's first rows expired before a new folder was begun. The consumer
// halts and says how to begin; the folder that begins with a later row has the
// bytes of one that has all rows, through a kill, and is served and verified
// under the numbers of its batches.
func TestAFolderIsBegunOnATopicThatHasLostItsFirstRows(t *testing.T) {
	const batches, size = 6, 500
	input := testkit.Generated(t, batches*size+100)
	settings := []string{"--batch-size", fmt.Sprint(size), "--restarts", "2"}
	want := reference(t, input, batches, settings...)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0", "--partitions", "3")...)
	for partition, before := range []int64{200, 250, 150} {
		testkit.DeleteBefore(t, kafka.Brokers, kafka.Topic, int32(partition), before)
	}
	args := on(kafka, append(settings, "--dir", "out", "--batches", fmt.Sprint(batches), "--gap-timeout", "1s")...)
	p := start(t, dir, "consumer", args...)
	if code := p.wait(); code != 1 || !strings.Contains(p.err.String(), "--from-row ") {
		t.Fatalf("on the topic as it is: exit %d\n%s", code, p.err.String())
	}
	_, told, _ := strings.Cut(p.err.String(), "--from-row ")
	var from int
	if _, err := fmt.Sscan(strings.TrimRight(strings.Fields(told)[0], ";"), &from); err != nil {
		t.Fatal(err)
	}
	first := (from-1)/size + 1
	if (from-1)%size != 0 || first < 2 || first >= batches {
		t.Fatalf("--from-row %d is no row to begin with", from)
	}
	args = append(args, "--from-row", fmt.Sprint(from))
	c := start(t, dir, "consumer", args...)
	testkit.Eventually(t, "the first batch", func() bool {
		_, err := os.Stat(filepath.Join(dir, "out", fmt.Sprintf("batch-%06d.json", first)))
		return err == nil
	})
	c.kill()
	run(t, dir, "consumer", args...)
	out := filepath.Join(dir, "out")
	files := testkit.Whole(t, out)
	if len(files) != 3*(batches-first+1) {
		t.Errorf("the files are %v", files)
	}
	for _, name := range files {
		if strings.HasPrefix(name, "batch-") { // the first model begins the numbering of its clusters
			testkit.SameFile(t, want, out, name)
		}
	}
	said := run(t, dir, "hotspot", append([]string{"verify", "--dir", "out", "--input", input, "--with-topic"}, on(kafka)...)...)
	for _, says := range []string{fmt.Sprintf("the folder begins with row %d, which is batch %d", from, first), "\nok ", fmt.Sprintf("%d of them trained again", batches-first+1)} {
		if !strings.Contains(said, says) {
			t.Errorf("verify does not say %q:\n%s", says, said)
		}
	}
	run(t, dir, "hotspot", "report", "--dir", "out", "-o", "report.html")
	run(t, dir, "hotspot", "compare", fmt.Sprint(first), fmt.Sprint(first+1), "--dir", "out")

	data, err := os.ReadFile(filepath.Join(out, fmt.Sprintf("batch-%06d.csv", first)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	listen := testkit.FreeAddress(t)
	start(t, dir, "api", "--dir", "out", "--listen", listen, "--web", "")
	url := fmt.Sprintf("http://%s/model%d/%s/cluster", listen, first, rows[1][0])
	testkit.Eventually(t, url+" is answered", func() bool { code, _ := testkit.Get(url); return code == http.StatusOK })
	if code, _ := testkit.Get(fmt.Sprintf("http://%s/model1/%s/cluster", listen, rows[1][0])); code != http.StatusNotFound {
		t.Errorf("model 1, which the folder does not have: %d, want 404", code)
	}
}

// A topic is deleted and made anew from the same file while a consumer reads
// it: no row is lost and none is doubled.
func TestATopicMadeAnewWhileItIsReadDoesNoHarm(t *testing.T) {
	const batches = 4
	input := testkit.Generated(t, 4100)
	settings := []string{"--batch-size", "1000", "--restarts", "2"}
	want := reference(t, input, batches, settings...)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0", "--limit", "2500")...)
	c := start(t, dir, "consumer", on(kafka, append(settings, "--dir", "out", "--batches", fmt.Sprint(batches))...)...)
	testkit.Eventually(t, "batch 2", func() bool {
		_, err := os.Stat(filepath.Join(dir, "out", "batch-000002.json"))
		return err == nil
	})
	topic, err := stream.Open(kafka, testkit.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	defer topic.Close()
	if err := topic.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	if code := c.wait(); code != 0 {
		t.Fatalf("consumer: exit %d\n%s", code, c.err.String())
	}
	testkit.SameFolder(t, want, filepath.Join(dir, "out"))
}
