package kmeans_test

import (
	"fmt"

	"hotspot/internal/kmeans"
)

// Six points in two heaps, x and y in turn.
func ExampleFit() {
	x := []float64{0, 0, 0, 1, 1, 0, 8, 8, 8, 9, 9, 9}
	r, err := kmeans.Fit(x, 2, kmeans.Config{K: 2, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Status, r.Labels, r.Sizes)
	fmt.Printf("%.3f, inertia %.3f\n", r.Centroids, r.Inertia)
	// Output:
	// converged [0 0 0 1 1 1] [3 3]
	// [0.333 0.333 8.333 8.667], inertia 2.667
}

// Two points cannot be three clusters.
func ExampleCheck() {
	fmt.Println(kmeans.Check([]float64{1, 2, 1, 2, 3, 4}, 2, kmeans.Config{K: 3}))
	// Output:
	// kmeans: k is 3: too few distinct points: 2 among 3 rows
}

func ExampleMatch() {
	// Metres from each of two centroids to three others: the first has to give way.
	fmt.Println(kmeans.Match([][]int64{{100, 120, 900}, {90, 800, 700}}))
	// Output:
	// [1 0]
}
