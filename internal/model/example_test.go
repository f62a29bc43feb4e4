package model_test

import (
	"fmt"

	"hotspot/internal/crime"
	"hotspot/internal/model"
)

func ExampleModel_Nearest() {
	m := sample()
	east, north := m.Frame.Project(crime.Place{Lon: -104.95, Lat: 39.74})
	n := m.Nearest([]float64{east, north})
	fmt.Printf("cluster %d in %.1f km, then %d in %.1f km\n", n.Cluster, n.Distance, n.Second, n.SecondDistance)
	// Output: cluster 0 in 2.5 km, then 1 in 4.2 km
}

func ExampleDiff() {
	a := model.DefaultSettings()
	b := a
	b.K, b.Seed = 8, 2
	fmt.Println(model.Diff(a, b))
	// Output: k 5, not 8; seed 1, not 2
}

func ExampleName() {
	fmt.Println(model.Name(1))
	// Output: model-000001.json
}
