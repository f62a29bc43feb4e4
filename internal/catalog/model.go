package catalog

import (
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// Untrainable is why a row has no cluster in a model without clusters.
const Untrainable feature.Skip = "untrainable"

// Model is a model as its file has it.
type Model struct {
	*model.Model
	SHA256    string    // of the whole file
	Published time.Time // when the file was written
}

// Number is the number of the model and of its batch.
func (m *Model) Number() int { return m.Model.Model }

// isOf reports whether there is a model and it was trained on that batch.
func (m *Model) isOf(b *batch.Manifest) bool {
	if m == nil {
		return false
	}
	of := &m.Batch
	return of.Number == b.Batch && of.SHA256 == b.CSV.SHA256 && of.FirstRow == b.FirstRow &&
		of.LastRow == b.LastRow && of.ChainAfter == b.ChainAfter
}

// Offense is one row of a crime, and where it lies in a model.
type Offense struct {
	Row
	Skip    feature.Skip  // why it has no cluster; feature.Usable when it has one
	Nearest model.Nearest // its clusters
	Trained bool          // the model was trained on it
}

// Offenses asks m about the rows of one crime, which are in their order.
func (m *Model) Offenses(rows []Row) []Offense {
	all := make([]Offense, len(rows))
	selection := model.NewSelection(m.Settings, m.Frame)
	for i, r := range rows {
		o := &all[i]
		o.Row = r
		o.Skip, o.Nearest = m.Locate(r.Input(), m.Frame)
		if o.Skip == feature.Usable && m.holds(r) {
			_, skip := selection.Vector(nil, r.Incident(), r.Input())
			o.Trained = skip == feature.Usable
		}
	}
	return all
}

// Locate asks m for the cluster of in, as frame places it on the map.
func (m *Model) Locate(in feature.Input, frame feature.Frame) (feature.Skip, model.Nearest) {
	if len(m.Clusters) == 0 {
		return Untrainable, model.Nearest{}
	}
	x, skip := frame.Vector(nil, feature.Set(m.Settings.Features), in)
	if skip != feature.Usable {
		return skip, model.Nearest{}
	}
	return skip, m.Nearest(x)
}

// holds reports whether a row is in the batch of m.
func (m *Model) holds(r Row) bool { return r.Batch.Number() == m.Number() }

// Deciding returns the offense whose cluster is the crime's: one with a usable
// place before one without, one in the batch of m before one in another, and
// then the first. Without a usable place the same rule says whose reason is
// told. There must be one offense at least.
func (m *Model) Deciding(offenses []Offense) *Offense {
	rank := func(o *Offense) int {
		n := 0
		if o.Skip != feature.Usable {
			n += 2
		}
		if !m.holds(o.Row) {
			n++
		}
		return n
	}
	best := &offenses[0]
	for i := range offenses {
		if rank(&offenses[i]) < rank(best) {
			best = &offenses[i]
		}
	}
	return best
}
