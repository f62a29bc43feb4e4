package model

import (
	"cmp"
	"slices"

	"hotspot/internal/kmeans"
)

// Align numbers the clusters of m and sorts them by number: 0 to k-1.
//
// Without a previous model the numbers go by size descending, then by
// centroid, east and north ascending. With one, clusters are matched to the
// previous model's so that the sum of the distances between centroids, in
// whole millimetres, is least; of equal sums the lexicographically least
// matching counts, clusters taken in the order above. A matched cluster keeps
// the number; one that is unmatched, or whose number is not below k, takes the
// lowest free number in the order above. AlignedTo and every cluster's
// Previous are set accordingly.
//
// A previous model without clusters or with other features cannot be
// compared: it counts as none. Who calls passes the newest one that can.
// Align does not change previous.
func (m *Model) Align(previous *Model) {
	slices.SortStableFunc(m.Clusters, func(a, b Cluster) int {
		return cmp.Or(
			cmp.Compare(b.Size, a.Size),
			cmp.Compare(a.Centroid.EastKm, b.Centroid.EastKm),
			cmp.Compare(a.Centroid.NorthKm, b.Centroid.NorthKm),
			slices.Compare(a.Centroid.Extra, b.Centroid.Extra),
		)
	})
	m.AlignedTo = nil
	for i := range m.Clusters {
		m.Clusters[i].Cluster = i
		m.Clusters[i].Previous = nil
	}
	if previous == nil || len(m.Clusters) == 0 || len(previous.Clusters) == 0 ||
		!slices.Equal(previous.Features, m.Features) {
		return
	}
	number := previous.Model
	m.AlignedTo = &number
	m.match(previous)
	slices.SortFunc(m.Clusters, func(a, b Cluster) int { return cmp.Compare(a.Cluster, b.Cluster) })
}

// match sets Previous and Cluster of m's clusters, which are in order of size.
func (m *Model) match(previous *Model) {
	k := len(m.Clusters)
	taken := make([]bool, k)
	var homeless []*Cluster
	for i, j := range kmeans.MatchCentroids(m.Centroids(), previous.Centroids(), m.Dimensions()) {
		c := &m.Clusters[i]
		if j >= 0 {
			p := &previous.Clusters[j]
			c.Previous = &Previous{Cluster: p.Cluster, MovedM: Round(c.Centroid.OnGround(p.Centroid.Vector())*1000, 1)}
			if p.Cluster < k {
				c.Cluster, taken[p.Cluster] = p.Cluster, true
				continue
			}
		}
		homeless = append(homeless, c)
	}
	free := 0
	for _, c := range homeless {
		for taken[free] {
			free++
		}
		c.Cluster, taken[free] = free, true
	}
}
