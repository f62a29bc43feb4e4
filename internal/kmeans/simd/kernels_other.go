//go:build !amd64 || purego

package simd

const hasAVX2 = false

const absent = "simd: no assembly here"

func nearestAVX2(_ *float64, _, _, _ int, _ *float64, _ *int32, _ int, _, _ *int32) uint64 {
	panic(absent)
}

func potentialAVX2(_ *float64, _, _, _ int, _, _, _ *float64, _ *[Lanes]float64) { panic(absent) }

func chooseAVX2(_ *float64, _, _, _ int, _, _, _ *float64, _ *int32, _ int32, _ *[Lanes]float64) {
	panic(absent)
}

func distancesAVX2(_ *float64, _, _, _, _, _ int, _, _ *float64, _ *[Lanes / 2]float64) {
	panic(absent)
}
