package kmeans

import "hotspot/internal/kmeans/simd"

// Engines are the ways to the same bits, the default first. Without assembly
// there are two.
func Engines() (names []string) {
	names = []string{"tree"}
	if simd.Available() {
		names = []string{"tree, assembly", "assembly", "tree"}
	}
	return append(names, "plain")
}

// FitBy is Fit by one of Engines: without a tree every point is looked at in
// every pass.
func FitBy(engine string, x []float64, d int, c Config) (*Result, error) {
	p, c, err := prepare(x, d, c)
	if err != nil {
		return nil, err
	}
	return p.by(engine).finish(p.search(c)).byRow(p), nil
}

// FitFromBy is FitFrom by one of Engines.
func FitFromBy(engine string, x []float64, d int, start []float64, c Config) (*Result, error) {
	p, c, err := prepare(x, d, c)
	if err != nil {
		return nil, err
	}
	p.by(engine)
	l := newLloyd(p, c.K)
	copy(l.centroids, start)
	return p.finish(l.run(c.MaxIterations, c.Tolerance*p.variance())).byRow(p), nil
}

// by takes away what engine does without. A sample has what its points have.
func (p *Points) by(engine string) *Points {
	if engine == "tree" || engine == "plain" {
		p.Points = simd.Points{D: p.D, X: p.X, Weight: p.Weight}
	}
	p.bare = engine == "assembly" || engine == "plain"
	p.tree = newTree(p)
	return p
}

// HasTree reports whether Fit puts boxes around the rows of x.
func HasTree(x []float64, d int) bool { return newTree(newPoints(x, d, nil)) != nil }

// Held is how many starts are held when c.Restarts of them are done.
func Held(x []float64, d int, c Config) int {
	p, c, err := prepare(x, d, c)
	if err != nil {
		panic(err)
	}
	return len(p.restarts(c, 0))
}

// SilhouetteBy is Silhouette with so many workers, by assembly if it is there
// and wanted.
func (p *Points) SilhouetteBy(labels []int32, k, workers int, vector bool) float64 {
	means, sizes, _ := p.average(labels, k)
	g := newGroups(p, labels, means, sizes)
	g.cols.Portable = !vector
	return g.silhouette(workers)
}
