package kmeans_test

import (
	"encoding/binary"
	"math"
	"testing"

	"hotspot/internal/kmeans"
)

// FuzzFit looks for numbers and settings that make Fit panic, hang or return
// something that does not add up. The bytes are a k, a d, an effort, and then
// float64s or, when the first byte is odd, small whole numbers with many ties.
func FuzzFit(f *testing.F) {
	f.Add([]byte{0, 1, 1, 0})
	f.Add(append([]byte{0, 2, 1, 0}, bits(1, 2, math.NaN())...))
	f.Add(append([]byte{0, 2, 1, 1}, bits(1, 2, math.Inf(1))...))
	f.Add(append([]byte{0, 2, 2, 0}, bits(1, 2, 3)...)) // ragged
	f.Add(append([]byte{0, 3, 1, 1}, bits(1e300, 5e-324, math.Copysign(0, -1), 1<<32)...))
	f.Add([]byte{1, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 9, 9})
	f.Add([]byte{1, 2, 1, 0, 7, 7, 7, 7, 7})
	f.Add([]byte{1, 0, 2, 0, 1, 2, 3, 4})    // k is 0
	f.Add([]byte{1, 0xff, 2, 1, 1, 2, 3, 4}) // k is -1
	f.Add([]byte{1, 3, 2, 0, 1, 2, 3, 4})    // k above the rows
	f.Add([]byte{1, 3, 1, 1, 7, 7, 7, 8})    // k above the distinct points, not above the rows
	f.Add([]byte{1, 1, 2, 1, 5, 6})          // one row, one cluster
	f.Add([]byte{1, 2, 2, 0, 5, 6})          // one row, two clusters
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4 || len(data) > 1<<12 {
			return
		}
		d := 1 + int(data[2]%8)
		c := kmeans.Config{K: int(int8(data[1])) % 32, Restarts: 2, MaxIterations: 20, Workers: 2}
		if data[3]&1 == 1 {
			c.Effort = kmeans.High
		}
		x := values(data[0], data[4:])
		r, err := kmeans.Fit(x, d, c)
		if (err == nil) != (kmeans.Check(x, d, c) == nil) {
			t.Fatalf("Fit: %v, Check: %v", err, kmeans.Check(x, d, c))
		}
		if err != nil {
			return
		}
		sum := 0
		for k, size := range r.Sizes {
			if size < 1 {
				t.Errorf("cluster %d is empty", k)
			}
			sum += size
		}
		if sum != len(x)/d || len(r.Labels) != sum || len(r.Centroids) != c.K*d || !(r.Inertia >= 0) || math.IsInf(r.Inertia, 0) {
			t.Errorf("%d rows: sizes %v, %d labels, %d centroid values, inertia %v", len(x)/d, r.Sizes, len(r.Labels), len(r.Centroids), r.Inertia)
		}
		for i, label := range r.Labels {
			at := make([]float64, d)
			for j := range at {
				at[j] = kmeans.Snap(x[i*d+j])
			}
			if c, _ := kmeans.Nearest(r.Centroids, d, at); c != int(label) {
				_, own := kmeans.Nearest(r.Centroids[int(label)*d:int(label+1)*d], d, at)
				if _, sq := kmeans.Nearest(r.Centroids, d, at); sq != own {
					t.Errorf("row %d: label %d at %v, nearest is %d at %v", i, label, own, c, sq)
				}
			}
		}
	})
}

func bits(values ...float64) (data []byte) {
	for _, v := range values {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
	}
	return data
}

func values(kind byte, data []byte) (x []float64) {
	if kind&1 == 1 {
		for _, b := range data {
			x = append(x, float64(int8(b)))
		}
		return x
	}
	for ; len(data) >= 8; data = data[8:] {
		x = append(x, math.Float64frombits(binary.LittleEndian.Uint64(data)))
	}
	return x
}
