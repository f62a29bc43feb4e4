package batch

import "sort"

// Line is where a row of the batch stands in the prepared CSV.
func (m *Manifest) Line(row int64) int64 {
	runs := m.Transport.Lines
	n := sort.Search(len(runs), func(n int) bool { return runs[n][0] > row })
	if n == 0 {
		return 0
	}
	run := runs[n-1]
	return run[1] + row - run[0]
}

// Message is where a row of the batch was first read in the topic.
func (m *Manifest) Message(row int64) (partition, offset int64) {
	runs := m.Transport.Offsets
	n := sort.Search(len(runs), func(n int) bool { return runs[n][0] > row })
	if n == 0 {
		return 0, 0
	}
	run := runs[n-1]
	return run[1], run[2] + row - run[0]
}
