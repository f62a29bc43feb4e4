package train

import (
	"context"
	"errors"
	"fmt"

	"hotspot/internal/kmeans"
	"hotspot/internal/kmeans/sweep"
	"hotspot/internal/model"
)

// leastK and mostK are what k is chosen from, as hotspot sweep does.
const leastK, mostK = 2, 15

// chooseK fills in k where it comes from the data. The first model of a folder
// decides for all that are numbered after it: were k another one in every batch,
// no two models could be compared. So k is a function of the rows and the model
// before, as all else is, and a model that is trained again has it again.
func (t Trainer) chooseK(ctx context.Context, d *Data, s model.Settings, previous *model.Model) (model.Settings, error) {
	if s.KFrom != model.FromData {
		return s, nil
	}
	if previous != nil {
		s.K = previous.Settings.K
		return s, nil
	}
	if d.rows.untimed(s.Features) != "" {
		s.K = leastK // compute says why
		return s, nil
	}
	fit := s.Fit()
	fit.K = 0
	x, columns, err := d.Sample()
	if err != nil {
		return s, err
	}
	tried, err := sweep.Run(ctx, x, columns, sweep.Config{From: leastK, To: mostK, Fit: fit}, func(done, total int) {
		if t.Progress != nil {
			t.Progress("k auto", fmt.Sprintf("%d of %d samples", done, total))
		}
	})
	switch {
	case errors.Is(err, kmeans.ErrTooFewPoints):
		s.K = leastK // to be tried; compute says so when it is too many
	case err != nil:
		return s, err
	default:
		s.K = sweep.Suggest(tried)
	}
	return s, nil
}
