//go:build !amd64 || purego

package kmeans

const hasVector = false

const absent = "kmeans: no assembly here"

func nearestAVX2(_ *float64, _, _, _ int, _ *float64, _ *int32, _ int, _, _ *int32, _ *float64) uint64 {
	panic(absent)
}

func potentialAVX2(_ *float64, _, _, _ int, _, _, _ *float64, _ *[lanes]float64) { panic(absent) }

func chooseAVX2(_ *float64, _, _, _ int, _, _, _ *float64, _ *int32, _ int32, _ *[lanes]float64) {
	panic(absent)
}

func distancesAVX2(_ *float64, _, _, _, _, _ int, _, _ *float64, _ *[lanes / 2]float64) {
	panic(absent)
}
