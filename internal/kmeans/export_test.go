package kmeans

// FitPlain is Fit without a tree: every place is looked at in every pass.
func FitPlain(x []float64, d int, c Config) (*Result, error) {
	p, c, err := prepare(x, d, c)
	if err != nil {
		return nil, err
	}
	p.tree = nil
	return p.finish(p.search(c)), nil
}

// HasTree reports whether Fit puts boxes around the rows of x.
func HasTree(x []float64, d int) bool { return newTree(newPlaces(x, d)) != nil }
