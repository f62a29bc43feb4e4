package api_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestAtTheStartWhatIsReadAnswersAndTheRestIsLoading steps through the start:
// models are there from the first step on, crimes as their batches are read,
// and no answer is another one than later, unless it says so.
func TestAtTheStartWhatIsReadAnswersAndTheRestIsLoading(t *testing.T) {
	f := emptyFolder(t, 2)
	const batches = 8
	at := row{"", "1", "theft-other", "larceny", "-104.98", "39.74"}
	for n := range batches {
		own, shared := at, at
		own.incident, shared.incident = fmt.Sprint(100+n), "7" // 7 has an offense in every batch
		f.publishBatch([]row{own, shared})
		f.publish(f.newModel(n+1, places[:2]...))
	}
	whole := loaded(t, f.dir)
	s := notLoaded(t, f.dir)
	if w := get(s, "/models"); w.Code != 503 || !strings.Contains(w.Body.String(), "/problems/loading") {
		t.Errorf("before anything is read: %d %s, want 503 loading", w.Code, w.Body)
	}
	steps, generations := 0, map[string]bool{}
	err := s.LoadStepwise(t.Context(), func() {
		steps++
		var r struct {
			Ready  bool
			Models []int
			Unread int `json:"unread_batches"`
		}
		decode(t, get(s, "/readyz").Body.Bytes(), &r)
		if !r.Ready || len(r.Models) != batches || r.Unread != batches-steps {
			t.Errorf("step %d: /readyz %+v, want ready, %d models, %d unread", steps, r, batches, batches-steps)
		}
		generations[get(s, "/models").Header().Get("ETag")] = true
		known := 0
		for n := range batches {
			crime := fmt.Sprintf("/model3/%d/cluster", 100+n)
			rowsOf := fmt.Sprintf("/models/%d/clusters/0/crimes", n+1)
			got := get(s, crime)
			switch got.Code {
			case 200:
				known++
				if want := get(whole, crime).Body.String(); unfinished(want) != got.Body.String() && want != got.Body.String() {
					t.Errorf("step %d: %s\n got %s\nwant %s", steps, crime, got.Body, want)
				}
				if a, b := get(s, rowsOf), get(whole, rowsOf); a.Code != 200 || a.Body.String() != b.Body.String() {
					t.Errorf("step %d: %s: %d %s, want %s", steps, rowsOf, a.Code, a.Body, b.Body)
				}
			default:
				for _, path := range []string{crime, rowsOf, fmt.Sprintf("/models/%d/points", n+1), fmt.Sprintf("/models/%d.geojson", n+1), fmt.Sprintf("/models/%d/compare/%d", n+1, n+1)} {
					if w := get(s, path); w.Code != 503 || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), "/problems/loading") {
						t.Errorf("step %d: %s: %d %s, want 503 loading", steps, path, w.Code, w.Body)
					}
				}
			}
			same := fmt.Sprintf("/models/%d/clusters", n+1)
			if a, b := get(s, same), get(whole, same); a.Code != 200 || !bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) {
				t.Errorf("step %d: %s: %d %s", steps, same, a.Code, a.Body)
			}
		}
		if known != steps {
			t.Errorf("step %d: %d batches known", steps, known)
		}
		var seven struct {
			Loading  bool
			Offenses []struct{ Row int }
		}
		decode(t, get(s, "/crimes/7").Body.Bytes(), &seven)
		if len(seven.Offenses) != steps || seven.Loading != (steps < batches) {
			t.Errorf("step %d: %+v", steps, seven)
		}
		if w := post(s, "/models/1/predict", `{"crime_ids":["7"]}`); (w.Code == 200) != (steps == batches) {
			t.Errorf("step %d: predict: %d %s", steps, w.Code, w.Body)
		}
		if w := get(s, "/model1/5/cluster"); w.Code == 404 != (steps == batches) {
			t.Errorf("step %d: an unknown crime: %d, want 503 until all are read", steps, w.Code)
		}
	})
	if err != nil || steps != batches || len(generations) != batches {
		t.Errorf("%v after %d steps with %d generations, want %d", err, steps, len(generations), batches)
	}
	for _, path := range []string{"/models", "/crimes/7", "/model5/100/cluster", "/readyz"} {
		if a, b := get(s, path), get(whole, path); a.Body.String() != b.Body.String() || a.Header().Get("ETag") != b.Header().Get("ETag") {
			t.Errorf("%s after the start\n got %s %s\nwant %s %s", path, a.Header().Get("ETag"), a.Body, b.Header().Get("ETag"), b.Body)
		}
	}
}

// unfinished is an answer about a crime as it is while batches are being read.
func unfinished(body string) string { return strings.TrimSuffix(body, "}\n") + ",\"loading\":true}\n" }

// TestTheNewestBatchAnswersFirst has one processor read.
func TestTheNewestBatchAnswersFirst(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	s := notLoaded(t, newFolder(t, 3).dir)
	var order []string
	if err := s.LoadStepwise(t.Context(), func() {
		for _, id := range []string{"5", "77", "201910"} { // of batch 1, 2, 3
			if get(s, "/model1/"+id+"/cluster").Code == 200 && !slices.Contains(order, id) {
				order = append(order, id)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"201910", "77", "5"}; !slices.Equal(order, want) {
		t.Errorf("known in the order %v, want %v", order, want)
	}
}

// TestABadBatchThatWasAnnouncedIsTakenBack is a CSV that turns out to be wrong
// when models after it are served already.
func TestABadBatchThatWasAnnouncedIsTakenBack(t *testing.T) {
	f := newFolder(t, 3)
	f.replace("batch-000001.csv", bytes.Replace(f.read("batch-000001.csv"), []byte("larceny"), []byte("parceny"), 1))
	s := notLoaded(t, f.dir)
	if err := s.LoadStepwise(t.Context(), func() {}); err != nil {
		t.Fatal(err)
	}
	if r := ready(t, s); r.Ready || len(r.Models) != 0 || len(r.Refused) != 1 || r.Refused[0].File != "batch-000001.csv" {
		t.Errorf("/readyz: %+v, want nothing served and batch-000001.csv refused", r)
	}
}
