package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotspot/internal/testkit"
)

// post asks url with a JSON body and returns the status and the answer.
func post(t *testing.T, url, body string, into any) int {
	t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

// member is a member of a JSON object, as its text.
func member(t *testing.T, file, path string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(path, ".") {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		data = m[name]
	}
	return string(data)
}

// Of the rows that a model says it was trained on, as the api tells them one by
// one: as many as the model file counts.
func TestHourAndIncidentAreThoseOfTheModelInEveryAnswer(t *testing.T) {
	input := testkit.Generated(t, 1500)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	run(t, dir, "consumer", on(kafka, "--dir", "out", "--batch-size", "1500", "--batches", "1", "--features", "geo+time", "--weight", "incident", "--k", "8")...)
	file := filepath.Join(dir, "out", "model-000001.json")
	again, trained := member(t, file, "rows.repeated"), member(t, file, "rows.trained")
	if again == "" || again == "0" {
		t.Fatalf("rows.repeated is %q: the city has no incident of several offenses", again)
	}
	address := testkit.FreeAddress(t)
	start(t, dir, "api", "--dir", "out", "--listen", address, "--web", "")
	base := "http://" + address
	var clusters struct {
		Clusters []struct{ Size int }
	}
	testkit.Eventually(t, "model 1", func() bool { return get(base+"/models/1/clusters", &clusters) })

	inTraining, total := 0, 0
	for c, cluster := range clusters.Clusters {
		var page struct{ Total int }
		if !get(fmt.Sprintf("%s/models/1/clusters/%d/crimes", base, c), &page) || page.Total != cluster.Size {
			t.Errorf("cluster %d lists %d crimes and has %d", c, page.Total, cluster.Size)
		}
		total += page.Total
	}
	csv, err := os.ReadFile(filepath.Join(dir, "out", "batch-000001.csv"))
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for line := range bytes.Lines(csv) {
		id, _, _ := strings.Cut(string(line), ",")
		if asked[id] || id == "INCIDENT_ID" {
			continue
		}
		asked[id] = true
		var way struct {
			Offenses []struct {
				Clusters []struct {
					InTraining bool `json:"in_training"`
				}
			}
		}
		if !get(base+"/crimes/"+id, &way) {
			t.Fatalf("no crime %s", id)
		}
		for _, o := range way.Offenses {
			if o.Clusters[0].InTraining {
				inTraining++
			}
		}
	}
	if fmt.Sprint(inTraining) != trained || fmt.Sprint(total) != trained {
		t.Errorf("%d crimes say that they were trained on, the clusters list %d, the model counts %s", inTraining, total, trained)
	}

	var answer struct {
		Field   string
		Results []struct{ Cluster int }
	}
	for body, status := range map[string]int{
		`{"lon":-104.98,"lat":39.74,"hour":3}`:  200,
		`{"lon":-104.98,"lat":39.74}`:           422,
		`{"lon":-104.98,"lat":39.74,"hour":24}`: 422,
	} {
		if got := post(t, base+"/models/1/predict", body, &answer); got != status {
			t.Errorf("%s: %d, want %d", body, got, status)
		}
	}
	hours := map[int]bool{}
	for hour := range 24 {
		post(t, base+"/models/1/predict", fmt.Sprintf(`{"lon":-104.98,"lat":39.74,"hour":%d}`, hour), &answer)
		hours[answer.Results[0].Cluster] = true
	}
	if len(hours) < 2 {
		t.Error("downtown is in the same cluster at every hour: the hour has no part in it")
	}
}

// --k auto is a function of the rows: whenever the consumer dies, and whichever
// models are lost, the folder comes to the same bytes.
func TestAutoKIsTheSameWhenTheConsumerIsKilled(t *testing.T) {
	const batches = 4
	input := testkit.Generated(t, 4000)
	settings := []string{"--batch-size", "1000", "--restarts", "2", "--k", "auto"}
	want := reference(t, input, batches, settings...)
	k := member(t, filepath.Join(want, "model-000001.json"), "settings.k")
	for n := 1; n <= batches; n++ {
		file := filepath.Join(want, fmt.Sprintf("model-%06d.json", n))
		if got, from := member(t, file, "settings.k"), member(t, file, "settings.k_from"); got != k || from != `"auto"` {
			t.Errorf("model %d: k %s from %s, want %s from auto", n, got, from, k)
		}
	}
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	for range 8 {
		c := start(t, dir, "consumer", on(kafka, append(settings, "--dir", "out")...)...)
		testkit.Eventually(t, "the consumer holds its folder", func() bool { return c.holds(out) })
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		c.kill()
	}
	finish := func() {
		t.Helper()
		run(t, dir, "consumer", on(kafka, append(settings, "--dir", "out", "--batches", fmt.Sprint(batches))...)...)
		testkit.SameFolder(t, want, out)
	}
	finish()
	for _, n := range []int{1, 3} {
		if err := os.Remove(filepath.Join(out, fmt.Sprintf("model-%06d.json", n))); err != nil {
			t.Fatal(err)
		}
	}
	finish()
}
