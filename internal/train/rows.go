package train

import (
	"fmt"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
)

// rows are the trained rows of a batch: the distinct vectors that they have, and
// what describes each of them.
type rows struct {
	memory *Memory
	n      int

	places  *places        // nil once all rows are read
	points  *kmeans.Points // what they are then
	vector  []float64      // scratch
	details *details

	hourless                  int // rows whose span has no hour
	categories, neighborhoods names

	selection *model.Selection

	noLocation, outOfArea, repeated int
}

// names are the texts of a column, numbered in the order of their first rows.
type names struct {
	texts []string
	rows  []int // of each
	index map[string]int32
}

// add counts a row with this text, and returns its number.
func (n *names) add(text string) int32 {
	i, ok := n.index[text]
	if !ok {
		text = strings.Clone(text) // it is part of the whole row
		i = int32(len(n.texts))
		n.texts, n.rows = append(n.texts, text), append(n.rows, 0)
		n.index[text] = i
	}
	n.rows[i]++
	return i
}

func newRows(s model.Settings, frame feature.Frame, memory *Memory) *rows {
	return &rows{
		memory: memory, details: memory.newDetails(),
		selection:  model.NewSelection(s, frame),
		places:     &places{d: len(feature.Set(s.Features).Columns())},
		categories: names{index: map[string]int32{}}, neighborhoods: names{index: map[string]int32{}},
	}
}

// add counts rec, and keeps it when it can be trained on.
func (r *rows) add(rec *crime.Record) error {
	in := feature.NewInput(rec)
	vector, skip := r.selection.Vector(r.vector[:0], rec.Incident, in)
	switch skip {
	case "":
	case feature.NoLocation:
		r.noLocation++
		return nil
	case feature.OutOfArea:
		r.outOfArea++
		return nil
	case model.Repeated:
		r.repeated++
		return nil
	default:
		return fmt.Errorf("a row is %s, which a model does not count", skip)
	}
	r.vector = vector
	r.n++
	if !in.Span.HasHour() {
		r.hourless++
	}
	return r.details.add(detail{
		r.places.add(vector), r.categories.add(rec.Text[crime.ColOffenseCategory]),
		r.neighborhoods.add(rec.Text[crime.ColNeighborhood]), in.Span,
	}, func() error { return r.memory.makeRoom(r) })
}

// bytes is what the rows take without their details, at their fit too.
func (r *rows) bytes() int64 {
	const name, incident = 100, 24
	place := 60 + 16*r.places.d
	return int64(place*len(r.places.rows) + incident*r.selection.Incidents() + name*(len(r.categories.texts)+len(r.neighborhoods.texts)))
}

// finish makes the rows ready to be trained on, once all of them were added.
func (r *rows) finish() (err error) {
	r.memory.held += r.bytes()
	p := r.places
	r.places, r.selection, p.slots = nil, nil, nil
	r.points, err = kmeans.Merge(p.x, p.d, p.rows)
	return err
}

// untimed says why rows cannot be trained on with features that hold the hour, ""
// when they can: most of them would lie where no hour is.
func (r *rows) untimed(features string) string {
	if feature.Set(features).Asks() != "hour" || 2*r.hourless <= r.n {
		return ""
	}
	return fmt.Sprintf("features %s: %d of %d usable rows do not say at which hours of a day they happened; take features %s", features, r.hourless, r.n, feature.Geo)
}
