package model

import "math"

// Nearest is where a vector lies among the centroids of a model: the nearest
// one and the second nearest by all features, each with its distance on the
// ground in km.
type Nearest struct {
	Cluster        int // -1 when the model has no clusters
	Distance       float64
	Second         int // -1 when k is 1
	SecondDistance float64
}

// Nearest finds the nearest centroids of v, which must have m.Dimensions()
// components. Of two that are equally near the lower number is the nearer
// one, as in the training: a trained row gets the cluster it was counted in.
// It does not allocate.
func (m *Model) Nearest(v []float64) Nearest {
	if len(v) != len(m.Features) {
		panic("model: Nearest: a vector of the wrong length")
	}
	first, second := math.Inf(1), math.Inf(1)
	n := Nearest{Cluster: -1, Second: -1}
	for i := range m.Clusters {
		sq := m.Clusters[i].Centroid.square(v)
		switch {
		case sq < first:
			second, n.Second = first, n.Cluster
			first, n.Cluster = sq, i
		case sq < second:
			second, n.Second = sq, i
		}
	}
	if n.Cluster >= 0 {
		n.Distance = m.Clusters[n.Cluster].Centroid.OnGround(v)
	}
	if n.Second >= 0 {
		n.SecondDistance = m.Clusters[n.Second].Centroid.OnGround(v)
	}
	return n
}

// OnGround is the distance between the centroid and v on the ground, in km. The
// first two features are km east and north, whatever follows.
func (c *Centroid) OnGround(v []float64) float64 {
	east, north := v[0]-c.EastKm, v[1]-c.NorthKm
	return math.Sqrt(float64(east*east) + float64(north*north))
}

// square is the squared distance between the centroid and v.
func (c *Centroid) square(v []float64) float64 {
	dx, dy := v[0]-c.EastKm, v[1]-c.NorthKm
	sum := float64(dx*dx) + float64(dy*dy)
	for j, e := range c.Extra {
		d := v[j+2] - e
		sum += float64(d * d)
	}
	return sum
}
