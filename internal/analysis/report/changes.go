package report

import (
	"math"

	"hotspot/internal/catalog"
	"hotspot/internal/model"
)

// usual is how many earlier changes tell what is usual.
const usual = 4

// changes is what is new since the model that this one is numbered after.
type changes struct {
	Before  int      // its number
	Earlier int      // changes between models before it, of which the floor is made
	Areas   []change // those beyond their floor
	New     []int    // areas that continue none
	Gone    []int    // areas of the model before that none continues
}

// change is an area whose share lies beyond the floor.
type change struct {
	Cluster     int
	Before, Now float64
	Floor       float64 // the share may move by so much without saying anything
	MovedM      float64
}

// findChanges compares m with the model that it is numbered after. The floor of
// an area's share is the greater of two: what drawing as many crimes by chance
// does in 19 of 20 comparisons, all areas together, and the most that any area's
// share did between the models before, for areas also move because borders do.
// It is nil when there is nothing to compare with.
func findChanges(v *catalog.View, m *model.Model) *changes {
	before := alignedTo(v, m)
	if before == nil || len(m.Clusters) == 0 {
		return nil
	}
	c := &changes{Before: before.Model}
	most := 0.0
	for _, earlier := range v.Models[:m.Model-v.First] {
		if b := alignedTo(v, earlier.Model); b != nil {
			c.Earlier++
			most = math.Max(most, largestChange(b, earlier.Model))
		}
	}
	if !c.Known() {
		most = 0
	}
	continued := map[int]bool{}
	for _, area := range m.Clusters {
		if area.Previous == nil || area.Previous.Cluster >= len(before.Clusters) {
			c.New = append(c.New, area.Cluster)
			continue
		}
		old := before.Clusters[area.Previous.Cluster]
		continued[old.Cluster] = true
		floor := model.Round(math.Max(most, chance(before, m, old, area)), 4) // as shares are
		if math.Abs(model.Round(area.Share-old.Share, 4)) > floor {
			c.Areas = append(c.Areas, change{area.Cluster, old.Share, area.Share, floor, area.Previous.MovedM})
		}
	}
	for _, old := range before.Clusters {
		if !continued[old.Cluster] {
			c.Gone = append(c.Gone, old.Cluster)
		}
	}
	return c
}

// Usual reports whether nothing lies beyond its floor.
func (c *changes) Usual() bool { return len(c.Areas)+len(c.New)+len(c.Gone) == 0 }

// Known reports whether there were models enough to say what is usual.
func (c *changes) Known() bool { return c.Earlier >= usual }

// alignedTo is the model of v that m is numbered after, nil when there is none.
func alignedTo(v *catalog.View, m *model.Model) *model.Model {
	if m.AlignedTo == nil || *m.AlignedTo < v.First || *m.AlignedTo > v.LastModel() { // a folder may begin with a later model
		return nil
	}
	return v.Models[*m.AlignedTo-v.First].Model
}

// largestChange is the most that the share of an area moved from a to b.
func largestChange(a, b *model.Model) float64 {
	most := 0.0
	for _, c := range b.Clusters {
		if c.Previous != nil && c.Previous.Cluster < len(a.Clusters) {
			most = math.Max(most, math.Abs(c.Share-a.Clusters[c.Previous.Cluster].Share))
		}
	}
	return most
}

// chance is how far two shares of the same thing lie apart at most, but for
// one comparison in 20 of all areas (Bonferroni, normal approximation).
func chance(a, b *model.Model, old, now model.Cluster) float64 {
	n, m := float64(a.Rows.Trained), float64(b.Rows.Trained)
	p := float64(old.Size+now.Size) / (n + m)
	z := math.Sqrt2 * math.Erfinv(1-0.05/float64(len(b.Clusters)))
	return z * math.Sqrt(p*(1-p)*(1/n+1/m))
}
