package kmeans

// AdjustedRand returns how well two labellings of the same rows agree, by
// pairs of rows that both keep together: 1 when they are the same but for the
// numbers, 0 on average when they have nothing to do with each other (Hubert
// and Arabie, J. Classif. 2, 1985). Labels are 0 … ka-1 and 0 … kb-1. It is 1
// where nothing could differ: with fewer than two rows, or a single label or
// only labels of one row on both sides.
func AdjustedRand(a, b []int32, ka, kb int) float64 {
	table, rows, columns := make([]int, ka*kb), make([]int, ka), make([]int, kb)
	for i := range a {
		table[int(a[i])*kb+int(b[i])]++
		rows[a[i]]++
		columns[b[i]]++
	}
	both, inA, inB, all := countPairs(table...), countPairs(rows...), countPairs(columns...), countPairs(len(a))
	if all == 0 {
		return 1
	}
	expected := float64(inA*inB) / all
	most := float64((inA + inB) / 2)
	if most == expected {
		return 1
	}
	return (both - expected) / (most - expected)
}

// countPairs returns how many pairs can be drawn from each of the counts, in all.
func countPairs(counts ...int) float64 {
	var sum int64 // of fewer than 2^31 rows there are fewer than 2^61 pairs
	for _, n := range counts {
		sum += int64(n) * int64(n-1) / 2
	}
	return float64(sum)
}
