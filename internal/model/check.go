package model

import (
	"cmp"
	"encoding/hex"
	"math"
	"slices"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
)

// check reports the first thing in m that cannot be. JSON has no NaN and no
// infinity, so every number is finite.
func (m *Model) check() error {
	for _, f := range []func() *CorruptError{
		m.checkNumber, m.checkBatch, m.checkSettings, m.checkRows, m.checkFrame, m.checkStatus, m.checkClusters, m.checkSpots,
	} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (m *Model) checkNumber() *CorruptError {
	if m.Model < 1 || m.Batch.Number != m.Model {
		return corrupt("number", "model %d of batch %d", m.Model, m.Batch.Number)
	}
	if m.AlignedTo != nil && (*m.AlignedTo < 1 || *m.AlignedTo >= m.Model) {
		return corrupt("number", "model %d is aligned to %d", m.Model, *m.AlignedTo)
	}
	return nil
}

func (m *Model) checkBatch() *CorruptError {
	if err := crime.ValidTitle(m.Title); err != nil {
		return corrupt("batch", "%v", err)
	}
	if _, err := crime.ParseChain(m.Batch.ChainAfter); err != nil {
		return corrupt("batch", "chain_after: %v", err)
	}
	sum := m.Batch.SHA256
	if _, err := hex.DecodeString(sum); err != nil || len(sum) != checksumLen || strings.ToLower(sum) != sum {
		return corrupt("batch", "sha256 %.80q", sum)
	}
	return nil
}

func (m *Model) checkSettings() *CorruptError {
	s := &m.Settings
	switch {
	case s.K < 1 || s.K > MaxClusters:
		return corrupt("settings", "k %d", s.K)
	case s.KFrom != FromFlag && s.KFrom != FromData:
		return corrupt("settings", "k_from %.40q", s.KFrom)
	case s.Restarts < 1 || s.MaxIterations < 1 || s.Tolerance < 0:
		return corrupt("settings", "restarts %d, max_iterations %d, tolerance %g", s.Restarts, s.MaxIterations, s.Tolerance)
	case s.Engine == "" || s.Effort == "" || s.Weight == "":
		return corrupt("settings", "engine %.40q, effort %.40q, weight %.40q", s.Engine, s.Effort, s.Weight)
	}
	set := feature.Set(s.Features)
	if err := set.Validate(); err != nil {
		return corrupt("features", "%v", err)
	}
	if !slices.Equal(set.Columns(), m.Features) {
		return corrupt("features", "%q are others than those listed", set)
	}
	return nil
}

func (m *Model) checkRows() *CorruptError {
	r := &m.Rows
	for _, n := range []int{r.Total, r.Trained, r.NoLocation, r.OutOfArea, r.Repeated, r.DistinctPlaces} {
		if n < 0 || n > math.MaxInt32 {
			return corrupt("rows", "%+v", *r)
		}
	}
	switch {
	case r.Trained+r.NoLocation+r.OutOfArea+r.Repeated != r.Total, r.DistinctPlaces > r.Trained,
		r.Repeated > 0 && m.Settings.Weight != Incident:
		return corrupt("rows", "%+v", *r)
	case m.Batch.FirstRow < 1 || m.Batch.LastRow-m.Batch.FirstRow+1 != int64(r.Total):
		return corrupt("rows", "rows %d to %d are not %d", m.Batch.FirstRow, m.Batch.LastRow, r.Total)
	}
	if err := m.Batch.Window.Check(r.Total); err != nil {
		return corrupt("window", "%v", err)
	}
	return nil
}

func (m *Model) checkFrame() *CorruptError {
	if err := m.Frame.Validate(); err != nil {
		return corrupt("frame", "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return nil
}

func onEarth(lon, lat float64) bool { return crime.Earth.Contains(crime.Place{Lon: lon, Lat: lat}) }

func (m *Model) checkStatus() *CorruptError {
	bad := corrupt("status", "%.40q with %d clusters of %d", m.Status, len(m.Clusters), m.Settings.K)
	switch m.Status {
	case Converged, IterationLimit:
		if len(m.Clusters) != m.Settings.K || m.Reason != "" || m.Inertia < 0 || m.Iterations < 0 ||
			m.Rows.DistinctPlaces < m.Settings.K {
			return bad
		}
	case Untrainable:
		if len(m.Clusters) != 0 || m.Reason == "" || m.Inertia != 0 || m.Iterations != 0 ||
			m.Silhouette != nil || m.AlignedTo != nil {
			return bad
		}
		return nil
	default:
		return bad
	}
	s := m.Silhouette
	switch {
	case s == nil && m.Settings.K > 1 && m.Settings.K < m.Rows.Trained, s != nil && m.Settings.K == 1:
		return corrupt("silhouette", "k is %d", m.Settings.K)
	case s != nil && (math.Abs(s.Value) > 1 || s.Kind != "exact" && s.Kind != "simplified"):
		return corrupt("silhouette", "%g, %.40q", s.Value, s.Kind)
	}
	if q := m.Quality; q != nil {
		for _, v := range []*float64{q.Explained, q.CalinskiHarabasz, q.DaviesBouldin} {
			if v != nil && (*v < 0 || v == q.Explained && *v > 1) {
				return corrupt("quality", "%g", *v)
			}
		}
	}
	return nil
}

func (m *Model) checkClusters() *CorruptError {
	sum := 0
	var continued []int // clusters of the model before
	for i := range m.Clusters {
		c := &m.Clusters[i]
		if c.Cluster != i {
			return corrupt("clusters", "number %d in place %d", c.Cluster, i)
		}
		if what := c.check(m); what != "" {
			return corrupt("clusters", "cluster %d: %s", i, what)
		}
		if p := c.Previous; p != nil {
			if slices.Contains(continued, p.Cluster) {
				return corrupt("clusters", "two continue %d", p.Cluster)
			}
			continued = append(continued, p.Cluster)
		}
		sum += c.Size
	}
	if len(m.Clusters) > 0 && sum != m.Rows.Trained {
		return corrupt("clusters", "the sizes add up to %d of %d rows", sum, m.Rows.Trained)
	}
	return nil
}

// check names what is wrong with cluster c of m, "" when nothing is.
func (c *Cluster) check(m *Model) string {
	switch {
	case !isShare(c.Share, c.Size, m.Rows.Trained):
		return "size or share"
	case c.RadiusM < 0:
		return "radius"
	case len(c.Centroid.Extra) != len(m.Features)-2 || !onEarth(c.Centroid.Lon, c.Centroid.Lat):
		return "centroid"
	case c.Previous != nil && m.AlignedTo == nil:
		return "previous without a model that it is in"
	case c.Previous != nil && (c.Previous.Cluster < 0 || c.Previous.Cluster >= MaxClusters || c.Previous.MovedM < 0):
		return "previous"
	case !addUp(c.Hours[:], c.HoursUnknown, c.Size) || c.HoursKnown < 0 || c.HoursKnown > c.Size-c.HoursUnknown:
		return "hours"
	case !addUp(c.Weekdays[:], c.WeekdaysUnknown, c.Size):
		return "weekdays"
	}
	if !slices.IsSortedFunc(c.Neighborhoods, func(a, b Neighborhood) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID))
	}) {
		return "order of neighborhoods"
	}
	if !areCategories(c.Categories, c.Size) {
		return "categories"
	}
	for _, x := range c.Neighborhoods {
		if x.Count < 1 || !isShare(x.Share, x.Count, c.Size) {
			return "neighborhoods"
		}
	}
	return ""
}

// areCategories reports whether a list can be that of so many rows, in its order.
func areCategories(list []Category, size int) bool {
	return slices.IsSortedFunc(list, func(a, b Category) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID))
	}) && !slices.ContainsFunc(list, func(x Category) bool { return x.Count < 1 || x.Lift < 0 || !isShare(x.Share, x.Count, size) })
}

// isShare reports whether share is part of whole, rounded to four decimals.
func isShare(share float64, part, whole int) bool {
	return part >= 0 && part <= whole && share == Share(part, whole)
}

// addUp reports whether counts of three decimals and rest, none negative, make up
// sum.
func addUp(counts []float64, rest, sum int) bool {
	if rest < 0 {
		return false
	}
	left := 1000 * (sum - rest)
	for _, n := range counts {
		if n < 0 || n > float64(left)/1000 || n != Round(n, 3) {
			return false
		}
		left -= int(math.Round(n * 1000))
	}
	return left == 0
}
