package api

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"hotspot/internal/feature"
)

// TestAClusterAnswerIsThatOfEncode draws answers and compares every byte.
func TestAClusterAnswerIsThatOfEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[a-z-]{0,20}`), rapid.StringMatching(`["\\<>&/ é\x00-\x1f]{0,5}`))
		tenths := rapid.Map(rapid.Int64Range(0, 1e9), func(n int64) float64 { return float64(n) / 10 })
		number := rapid.IntRange(0, math.MaxInt32)
		angle := rapid.Map(rapid.Float64Range(-180, 180), func(v float64) degrees { return degrees(v) })
		a := clusterAnswer{
			modelName: modelName{number.Draw(t, "model"), rapid.Bool().Draw(t, "provisional")},
			CrimeID:   rapid.Int64Min(0).Draw(t, "crime"), InTraining: rapid.Bool().Draw(t, "trained"), Loading: rapid.Bool().Draw(t, "loading"),
		}
		if rapid.Bool().Draw(t, "usable") {
			a.Cluster, a.DistanceM = new(number.Draw(t, "cluster")), new(tenths.Draw(t, "distance"))
			a.Centroid = &place{angle.Draw(t, "lon"), angle.Draw(t, "lat")}
			if rapid.Bool().Draw(t, "has a second") {
				a.Second = &second{number.Draw(t, "second"), tenths.Draw(t, "second distance")}
			}
		} else {
			a.Reason = feature.Skip(rapid.StringMatching(`[a-z_]{1,15}`).Draw(t, "reason"))
		}
		for range rapid.IntRange(1, 3).Draw(t, "offenses") {
			a.Offenses = append(a.Offenses, offenseInCluster{
				offenseKind{rapid.Int64Min(0).Draw(t, "offense"), text.Draw(t, "type"), text.Draw(t, "category")},
				a.Cluster, number.Draw(t, "batch"), rapid.Int64Min(1).Draw(t, "row"),
			})
		}
		if got, want := string(appendClusterAnswer(nil, &a)), string(encode(a)); got != want {
			t.Fatalf("\n got %s\nwant %s", got, want)
		}
	})
}
