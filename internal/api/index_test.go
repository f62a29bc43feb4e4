package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/crime"
)

// TestARowIsFoundHoweverTheBatchesCame compares the index with a plain list,
// for servers that have seen the batches come one by one, in lots, or at once.
func TestARowIsFoundHoweverTheBatchesCame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.IntRange(1, 6).Draw(rt, "size")
		batches := rapid.IntRange(1, 11).Draw(rt, "batches")
		ids := rapid.SliceOfN(rapid.Int64Range(0, 12), size*batches, size*batches).Draw(rt, "incidents")
		looks := rapid.SliceOfN(rapid.Bool(), batches, batches).Draw(rt, "looks")
		f := emptyFolder(t, size)
		s := notLoaded(t, f.dir)
		want := map[int64][]int{}
		for n := range batches {
			var r []row
			for i, id := range ids[n*size : (n+1)*size] {
				r = append(r, row{fmt.Sprint(id), "1", "a", "b", "-104.95", "39.74"})
				want[id] = append(want[id], n*size+i+1)
			}
			f.publishBatch(r)
			if n == 0 {
				f.publish(f.newModel(1, crime.Place{Lon: -104.95, Lat: 39.74}))
			}
			if looks[n] {
				load(t, s)
			}
		}
		load(t, s)
		for id := range int64(14) {
			w := get(s, fmt.Sprintf("/model1/%d/cluster", id))
			if want[id] == nil {
				if w.Code != 404 {
					rt.Errorf("crime %d: %d %s, want 404", id, w.Code, w.Body)
				}
				continue
			}
			var got struct{ Offenses []struct{ Row, Batch int } }
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				rt.Fatal(err)
			}
			var rows []int
			for _, o := range got.Offenses {
				rows = append(rows, o.Row)
				if o.Batch != (o.Row-1)/size+1 {
					rt.Errorf("row %d in batch %d", o.Row, o.Batch)
				}
			}
			if !slices.Equal(rows, want[id]) {
				rt.Errorf("crime %d in rows %v, want %v", id, rows, want[id])
			}
		}
	})
}
