package train

import (
	"errors"
	"fmt"
	"strings"

	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/kmeans/muesli"
	"hotspot/internal/model"
)

// engine is one way to fit vectors, under the contract of package kmeans.
type engine struct {
	name         string
	reproducible bool // the same rows give the same bytes
	fit          func(p *kmeans.Points, c kmeans.Config) (*kmeans.Result, error)
}

// onSpark is the name of the engine that is not part of this process.
const onSpark = "spark"

// engines are all of them, the default first.
var engines = []engine{
	{"native", true, (*kmeans.Points).Fit},
	{"muesli", false, func(p *kmeans.Points, c kmeans.Config) (*kmeans.Result, error) {
		return muesli.Fit(p.Rows(), p.D, c)
	}},
	// Trainer has fitted what can be fitted. What comes here has too few points, which
	// is said alike for every engine.
	{onSpark, false, (*kmeans.Points).Fit},
}

// findEngine returns the engine of that name, nil when there is none.
func findEngine(name string) *engine {
	for i := range engines {
		if engines[i].name == name {
			return &engines[i]
		}
	}
	return nil
}

// Validate reports all that is wrong with s at once, each with the value and
// what is allowed.
func Validate(s model.Settings) error {
	var errs []error
	want := func(ok bool, name string, value any, allowed string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s %#v: want %s", name, value, allowed))
		}
	}
	var names []string
	for _, e := range engines {
		names = append(names, e.name)
	}
	want(findEngine(s.Engine) != nil, "engine", s.Engine, strings.Join(names, " or "))
	want(s.KFrom == model.FromData || s.K >= 1 && s.K <= model.MaxClusters, "k", s.K, fmt.Sprintf("1 to %d", model.MaxClusters))
	want(s.KFrom == model.FromFlag || s.KFrom == model.FromData, "k_from", s.KFrom, "flag or auto")
	if err := feature.Set(s.Features).Validate(); err != nil {
		errs = append(errs, err)
	}
	want(s.Restarts >= 1, "restarts", s.Restarts, "1 or more")
	want(s.Effort == string(kmeans.Normal) || s.Effort == string(kmeans.High), "effort", s.Effort, "normal or high")
	want(s.Weight == model.Offense || s.Weight == model.Incident, "weight", s.Weight, "offense or incident")
	want(s.MaxIterations >= 1, "max_iterations", s.MaxIterations, "1 or more")
	want(s.Tolerance > 0 && s.Tolerance <= 1, "tolerance", s.Tolerance, "more than 0, at most 1")
	want(s.Workers >= 0, "workers", s.Workers, "0 (all processors) or more")
	return errors.Join(errs...)
}
