package train

import (
	"fmt"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
)

// rows are the trained rows of a batch, column by column, in row order.
type rows struct {
	x []float64 // n×d, row-major
	d int

	spans        []crime.Span
	hourless     int // rows whose span has no hour
	category     column
	neighborhood column

	selection *model.Selection

	noLocation, outOfArea, repeated int
}

func (r *rows) n() int { return len(r.spans) }

// column is a text column: per row the index of its text in names.
type column struct {
	values []int32
	names  []string // in order of first appearance
	index  map[string]int32
}

func newColumn(n int) column {
	return column{values: make([]int32, 0, n), index: make(map[string]int32, 128)}
}

func (c *column) add(text string) {
	i, ok := c.index[text]
	if !ok {
		text = strings.Clone(text) // it is part of the whole row
		i = int32(len(c.names))
		c.names = append(c.names, text)
		c.index[text] = i
	}
	c.values = append(c.values, i)
}

// newRows has room for n rows.
func newRows(s model.Settings, frame feature.Frame, n int) *rows {
	d := len(feature.Set(s.Features).Columns())
	return &rows{
		selection: model.NewSelection(s, frame),
		d:         d, x: make([]float64, 0, n*d),
		spans:    make([]crime.Span, 0, n),
		category: newColumn(n), neighborhood: newColumn(n),
	}
}

// add counts rec, and keeps it when it can be trained on.
func (r *rows) add(rec *crime.Record) error {
	in := feature.NewInput(rec)
	x, skip := r.selection.Vector(r.x, rec.Incident, in)
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
	r.x = x
	r.spans = append(r.spans, in.Span)
	if !in.Span.HasHour() {
		r.hourless++
	}
	r.category.add(rec.Text[crime.ColOffenseCategory])
	r.neighborhood.add(rec.Text[crime.ColNeighborhood])
	return nil
}

// untimed says why rows cannot be trained on with features that hold the hour, ""
// when they can: most of them would lie where no hour is.
func (r *rows) untimed(features string) string {
	if feature.Set(features).Asks() != "hour" || 2*r.hourless <= r.n() {
		return ""
	}
	return fmt.Sprintf("features %s: %d of %d usable rows do not say at which hours of a day they happened; take features %s", features, r.hourless, r.n(), feature.Geo)
}
