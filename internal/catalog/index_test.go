package catalog

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/batch"
)

// batchesOf cuts ids into batches of a size; the last one may be shorter.
func batchesOf(ids []int64, size int) []*Batch {
	return batchesOfSizes(ids, func() int { return size })
}

// batchesOfSizes cuts ids into batches of the sizes that size returns.
func batchesOfSizes(ids []int64, size func() int) []*Batch {
	var batches []*Batch
	for first := int64(1); len(ids) > 0; {
		n := min(size(), len(ids))
		batches = append(batches, &Batch{Manifest: &batch.Manifest{FirstRow: first, LastRow: first + int64(n) - 1}, incidents: ids[:n]})
		first, ids = first+int64(n), ids[n:]
	}
	return batches
}

// TestTheIndexIsAMapOfAnyIDs compares it with a map: ids of any width, few and
// many batches, of one size or of any, in runs as they come.
func TestTheIndexIsAMapOfAnyIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := int64(1)<<rapid.IntRange(1, 62).Draw(t, "bits")<<1 - 1 // the widest is MaxInt64
		ids := rapid.SliceOfN(rapid.Int64Range(0, most), 1, 600).Draw(t, "ids")
		if rapid.Bool().Draw(t, "again") {
			ids = append(ids, ids[:len(ids)/2]...)
		}
		batches := batchesOf(ids, rapid.IntRange(1, 200).Draw(t, "size"))
		if rapid.Bool().Draw(t, "by the calendar") {
			batches = batchesOfSizes(ids, func() int { return max(0, rapid.IntRange(-30, 60).Draw(t, "size")) })
		}
		var x index
		for from := 0; from < len(batches); {
			to := min(from+rapid.IntRange(1, 9).Draw(t, "batches"), len(batches))
			before := len(x)
			next := x.extend(batches[:to])
			if len(x) != before {
				t.Fatal("the index that was there has changed")
			}
			x, from = next, to
		}
		want := map[int64][]Row{}
		for _, b := range batches {
			for i, id := range b.incidents {
				want[id] = append(want[id], Row{b, i})
			}
		}
		for id, rows := range want {
			if got := x.find(nil, id); !slices.Equal(got, rows) {
				t.Errorf("find(%d) = %v, want %v", id, got, rows)
			}
		}
		for range 20 {
			id := rapid.Int64Range(0, math.MaxInt64).Draw(t, "other")
			if got := x.find(nil, id); !slices.Equal(got, want[id]) {
				t.Errorf("find(%d) = %v, want %v", id, got, want[id])
			}
		}
	})
}

func TestBatchesMakeFewRuns(t *testing.T) {
	ids := make([]int64, 1000)
	batches := batchesOf(ids, 1)
	var x index
	for n := range batches {
		x = x.extend(batches[:n+1])
		rows := 0
		for i, r := range x {
			rows += len(r.batches)
			if i > 0 && len(x[i-1].batches) < indexGrowth*len(r.batches) {
				t.Fatalf("after batch %d run %d is too short", n+1, i-1)
			}
		}
		if rows != n+1 || len(x) > 4 {
			t.Fatalf("after batch %d: %d rows in %d runs", n+1, rows, len(x))
		}
	}
}

// BenchmarkIndex looks up ids that are there, in random order: of one run, as
// after a start, and of the runs that batches make which came one by one. The
// goals are 10 bytes a row and 60 ns.
func BenchmarkIndex(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{15_000, 394_736, 4_000_000} {
		ids := make([]int64, n)
		for i := range ids {
			switch ids[i] = 2019_000_000 + int64(i)*7 + r.Int64N(7); {
			case i > 0 && i%16 == 0: // one incident in sixteen has two offenses
				ids[i] = ids[i-1]
			case i%50 == 0: // the city has some ids of 13 digits
				ids[i] += 2019_000_000_000
			}
		}
		batches := batchesOf(ids, 5000)
		var grown index
		for i := range batches {
			grown = grown.extend(batches[:i+1])
		}
		asked := make([]int64, 1<<16)
		for i := range asked {
			asked[i] = ids[r.IntN(n)]
		}
		for _, bb := range []struct {
			name string
			x    index
		}{{"start", index{}.extend(batches)}, {"grown", grown}} {
			b.Run(fmt.Sprintf("rows=%d/%s", n, bb.name), func(b *testing.B) {
				bytes := 0
				for _, r := range bb.x {
					bytes += 4 * (len(r.starts) + len(r.rows))
				}
				var space [8]Row
				i := 0
				for b.Loop() {
					if len(bb.x.find(space[:0], asked[i&(len(asked)-1)])) == 0 {
						b.Fatal("not found")
					}
					i++
				}
				b.ReportMetric(float64(bytes)/float64(n), "B/row")
			})
		}
	}
}

// BenchmarkIndexBuild is what a start and a new batch pay.
func BenchmarkIndexBuild(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	ids := make([]int64, 390_000)
	for i := range ids {
		ids[i] = 2019_000_000 + int64(i)*7 + r.Int64N(7)
	}
	batches := batchesOf(ids, 5000)
	b.Run("start", func(b *testing.B) {
		for b.Loop() {
			index{}.extend(batches)
		}
	})
	b.Run("batch-by-batch", func(b *testing.B) {
		for b.Loop() {
			var x index
			for i := range batches {
				x = x.extend(batches[:i+1])
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(ids)), "ns/row")
	})
}
