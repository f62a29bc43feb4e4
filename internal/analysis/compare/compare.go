// Package compare says what changed between two models: how the areas moved,
// how the crimes are spread over them, and how many there are a day.
//
// It stands between model files with their batches and who shows them, the
// command hotspot compare and the api. Beside each figure it puts the no-drift
// floor: the worst that the same figure came to between models of two random
// halves of the same crimes. Only what lies outside the floor is called a
// change. It opens no file; the same models and rows give the same answer.
package compare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"hotspot/internal/catalog"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
)

// Side is a model and what it was trained on.
type Side struct {
	Model *model.Model
	X     []float64 // n×d: the vectors of the trained rows, in the order of rows
}

// NewSide is m with the rows of its batch.
func NewSide(m *model.Model, rows *catalog.Batch) Side { return Side{m, rows.Vectors(m)} }

// Result is the answer, member by member as GET /models/{a}/compare/{b} gives
// it. Figures are rounded as in model files: metres to 1 decimal, the others
// to 4, crimes a day to 1.
type Result struct {
	A            int       `json:"a"`
	B            int       `json:"b"`
	Changed      bool      `json:"changed"` // a figure lies outside of its floor
	Verdict      string    `json:"verdict"` // the same in words
	ARI          Figure    `json:"ari"`
	PSI          Figure    `json:"psi"`
	InertiaRatio Figure    `json:"inertia_ratio"`
	Clusters     []Cluster `json:"clusters"` // by a, then those of b that are unmatched, by b
}

// Figure is a measured value and its no-drift floor.
type Figure struct {
	Value Number `json:"value"`
	Floor Number `json:"floor"`
}

func newFigure(value, floor float64) Figure {
	return Figure{Number(model.Round(value, 4)), Number(model.Round(floor, 4))}
}

// Number is a figure; one without bound, +Inf, is null in JSON.
type Number float64

// MarshalJSON writes it.
func (n Number) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// Cluster is an area of model a and the area of model b that continues it, or
// an area of one of them alone. Shares and crimes a day count both batches on
// the same ground, that of model a's area (of b's, where there is no a): so an
// area whose border moved does not pretend to hold more crimes.
type Cluster struct {
	A           *int     `json:"a"`             // nil when it is new
	B           *int     `json:"b"`             // nil when it is gone
	MovedM      *float64 `json:"moved_m"`       // between the centroids, on the ground; nil when unmatched
	MovedFloorM *float64 `json:"moved_floor_m"` // nil when unmatched
	ShareA      float64  `json:"share_a"`
	ShareB      float64  `json:"share_b"`
	PerDayA     float64  `json:"per_day_a"`
	PerDayB     float64  `json:"per_day_b"`
	Verdict     Verdict  `json:"verdict"`
}

// Verdict says what became of an area.
type Verdict string

// The verdicts. More and Fewer are crimes a day, and only when chance alone
// would say so in one of 20 comparisons, all areas together.
const (
	Usual Verdict = "usual"
	More  Verdict = "more"
	Fewer Verdict = "fewer"
	New   Verdict = "new"
	Gone  Verdict = "gone"
)

// The words of Result.Verdict.
const (
	Unchanged    = "within the usual ups and downs"
	OtherPlaces  = "where the crimes lie has changed"
	OtherNumbers = "the crimes lie where they did, but their number has changed"
)

// ErrNotComparable is in the chain of the error for two models that cannot be
// compared: other features, another frame, or no clusters.
var ErrNotComparable = errors.New("the models cannot be compared")

// Models compares model a with model b.
//
// The adjusted Rand index (Hubert and Arabie, J. Classif. 2, 1985) is that of
// both models' labels on the rows of both batches; 1 is the same areas. The
// population stability index is that of the shares of both batches in the
// areas of a; 0 is the same shares. The inertia ratio is the inertia of a on
// the rows of b over that of b. Areas are matched so that the sum of the
// distances between centroids is least (Kuhn, 1955).
//
// The floor comes from 59 splits of all rows into two random halves, each as
// large as its side, trained with its side's settings by the native engine; it
// is the worst of the 59, so that without drift one in 60 pairs is worse. That
// takes about 120 trainings. The splits are drawn from a's seed.
func Models(ctx context.Context, a, b Side) (*Result, error) {
	if err := checkComparable(a, b); err != nil {
		return nil, fmt.Errorf("compare: models %d and %d: %w", a.Model.Model, b.Model.Model, err)
	}
	one, two := newSample(a), newSample(b)
	floor, err := newFloor(ctx, one, two)
	if err != nil {
		return nil, fmt.Errorf("compare: models %d and %d: %w", a.Model.Model, b.Model.Model, err)
	}
	f := measure(one, two)
	r := &Result{
		A: a.Model.Model, B: b.Model.Model,
		ARI:          newFigure(f.ari, floor.ari),
		PSI:          newFigure(f.psi, floor.psi),
		InertiaRatio: newFigure(f.inertia, floor.inertia),
		Clusters:     compareAreas(one, two, floor.moved),
		Verdict:      Unchanged,
	}
	r.Changed = r.ARI.Value < r.ARI.Floor || r.PSI.Value > r.PSI.Floor || r.InertiaRatio.Value > r.InertiaRatio.Floor
	switch {
	case r.Changed:
		r.Verdict = OtherPlaces
	case slices.ContainsFunc(r.Clusters, func(c Cluster) bool { return c.Verdict == More || c.Verdict == Fewer }):
		r.Verdict = OtherNumbers
	}
	return r, nil
}

// checkComparable says why two sides cannot be compared.
func checkComparable(a, b Side) error {
	switch {
	case len(a.Model.Clusters) == 0 || len(b.Model.Clusters) == 0:
		return fmt.Errorf("%w: one of them has no clusters", ErrNotComparable)
	case !slices.Equal(a.Model.Features, b.Model.Features):
		return fmt.Errorf("%w: features %s and %s", ErrNotComparable, a.Model.Settings.Features, b.Model.Settings.Features)
	case a.Model.Settings.Weight != b.Model.Settings.Weight:
		return fmt.Errorf("%w: weights %s and %s", ErrNotComparable, a.Model.Settings.Weight, b.Model.Settings.Weight)
	case a.Model.Frame != b.Model.Frame:
		return fmt.Errorf("%w: their frames of the map differ", ErrNotComparable)
	}
	for _, s := range []Side{a, b} {
		if d := s.Model.Dimensions(); len(s.X) != s.Model.Rows.Trained*d {
			return fmt.Errorf("%d numbers are not the %d vectors of %d that model %d was trained on",
				len(s.X), s.Model.Rows.Trained, d, s.Model.Model)
		}
	}
	return nil
}

// sample is the rows of a side and the centroids that were found on them.
type sample struct {
	x         []float64
	d         int
	centroids []float64 // k×d
	config    kmeans.Config
	days      float64
}

func newSample(s Side) sample {
	m := s.Model
	out := sample{
		x: s.X, d: m.Dimensions(), centroids: m.Centroids(),
		config: m.Settings.Fit(), days: m.Days(),
	}
	out.config.Workers = 1
	return out
}

func (s *sample) n() int { return len(s.x) / s.d }
func (s *sample) k() int { return len(s.centroids) / s.d }

// labels are the nearest centroids of s for the rows of x.
func (s *sample) labels(x []float64) []int32 { return kmeans.Labels(x, s.d, s.centroids) }

// counts are the rows of x in each cluster of s.
func (s *sample) counts(x []float64) []int {
	counts := make([]int, s.k())
	for _, c := range s.labels(x) {
		counts[c]++
	}
	return counts
}
