package score

import (
	"context"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// Folder scores the models of the folder at path by what the sidecar of input
// says was planted, with the shifts from each model to the next when they are
// asked for. progress hears of every model. The error is a usage error when
// the two do not belong together.
func Folder(ctx context.Context, path, input string, shifts bool, progress func(done, total int)) (*Score, error) {
	meta, err := source.ReadMeta(input)
	if err != nil {
		return nil, err
	}
	if meta == nil || len(meta.Planted) == 0 {
		return nil, usage.Errorf("score: %s has no sidecar that says what was planted; only a file of hotspot generate has one (or --seeds N)", input)
	}
	dir, err := durable.Open(path)
	if err != nil {
		return nil, err
	}
	numbers, err := model.OpenFolder(dir).Numbers()
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		return nil, usage.Errorf("score: %s has no models; hotspot up makes some", path)
	}
	known := meta.Planted[len(meta.Planted)-1].LastRow
	s := newScore(0)
	for i, n := range numbers {
		side, err := compare.ReadSide(dir, n)
		switch m := side.Model; {
		case err != nil:
			return nil, err
		case !m.Invented || m.Title != meta.Title:
			return nil, usage.Errorf("score: model %d is of %q, and %s plants in %q", n, m.Title, source.MetaPath(input), meta.Title)
		case m.Batch.LastRow > known:
			return nil, usage.Errorf("score: model %d is of rows up to %d, and the sidecar says what was planted up to %d", n, m.Batch.LastRow, known)
		}
		if err := s.add(ctx, side, meta.Planted, shifts); err != nil {
			return nil, err
		}
		progress(i+1, len(numbers))
	}
	return s, nil
}
