package train_test

import (
	"context"
	"fmt"
	"os"

	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/train"
)

func ExampleBatch() {
	csv, err := os.ReadFile("testdata/batch-000001.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := model.DefaultSettings()
	s.K = 3
	m, err := train.Trainer{}.Batch(context.Background(), manifest(1, csv), csv, s, feature.Default(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Status, m.Rows.Trained, "rows")
	for _, c := range m.Clusters {
		fmt.Printf("cluster %d: %d rows, most of them in %s\n", c.Cluster, c.Size, c.Neighborhoods[0].ID)
	}
	// Output:
	// converged 87 rows
	// cluster 0: 51 rows, most of them in five-points
	// cluster 1: 22 rows, most of them in hale
	// cluster 2: 14 rows, most of them in montbello
}

func ExampleValidate() {
	s := model.DefaultSettings()
	s.K, s.Engine = 0, "sparkle"
	fmt.Println(train.Validate(s))
	// Output:
	// engine "sparkle": want native or muesli or spark
	// k 0: want 1 to 1000
}
