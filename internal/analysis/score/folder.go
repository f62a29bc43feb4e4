package score

import (
	"context"
	"fmt"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/catalog"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Folder scores the models of a folder, of which there are some, by what the sidecar of input
// says was planted, with the shifts from each model to the next when they are
// asked for. progress hears of every model. The error is a usage error when
// the two do not belong together.
func Folder(ctx context.Context, v *catalog.View, input string, shifts bool, progress func(done, total int)) (*Score, error) {
	meta, err := source.ReadMeta(input)
	if err != nil {
		return nil, err
	}
	if meta == nil || len(meta.Planted) == 0 {
		return nil, usage.Errorf("score: %s has no sidecar that says what was planted; only a file of hotspot generate has one (or --seeds N)", input)
	}
	if err := v.RefusedError(); err != nil {
		return nil, fmt.Errorf("score: %w", err)
	}
	known := meta.Planted[len(meta.Planted)-1].LastRow
	s := newScore(0)
	models := v.Models[:v.Newest()-v.First+1]
	for i, m := range models {
		n := m.Number()
		switch {
		case !m.Invented || m.Title != meta.Title:
			return nil, usage.Errorf("score: model %d is of %q, and %s plants in %q", n, m.Title, source.MetaPath(input), meta.Title)
		case m.Batch.LastRow > known:
			return nil, usage.Errorf("score: model %d is of rows up to %d, and the sidecar says what was planted up to %d", n, m.Batch.LastRow, known)
		}
		rows, err := v.Rows(m)
		if err != nil {
			return nil, err
		}
		if err := s.add(ctx, compare.NewSide(m.Model, rows), meta.Planted, shifts); err != nil {
			return nil, err
		}
		progress(i+1, len(models))
	}
	return s, nil
}
