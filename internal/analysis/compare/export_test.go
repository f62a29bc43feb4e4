package compare

// Verdicts are those of Models without the floor, which takes 120 trainings.
func Verdicts(a, b Side) []Verdict {
	one, two := newSample(a), newSample(b)
	var out []Verdict
	for _, c := range compareAreas(one, two, make([]float64, one.k())) {
		out = append(out, c.Verdict)
	}
	return out
}
