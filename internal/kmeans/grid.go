package kmeans

import "math"

// GridExponent is the binary exponent of the grid: coordinates are multiples
// of 2^-20, about a millimetre when they are kilometres.
const GridExponent = -20

const grid = 1 << -GridExponent

// Snap returns the multiple of 2^-20 nearest to v, ties to even, and never -0.
// Sums of such numbers are exact in float64 while they stay below 2^33
// (Demmel and Nguyen, IEEE Trans. Computers 64, 2015, on why that makes them
// reproducible). Above 2^32 every float64 lies on the grid.
func Snap(v float64) float64 {
	if math.Abs(v) < 1<<32 {
		v = math.RoundToEven(v*grid) / grid
	}
	return v + 0
}
