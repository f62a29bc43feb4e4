package model

import (
	"fmt"
	"strings"
)

// Settings are the knobs of a training that belong to a folder: all its
// models are trained with the same.
type Settings struct {
	Engine        string  `json:"engine"` // native, muesli or spark, see package train
	K             int     `json:"k"`
	KFrom         string  `json:"k_from"`   // flag or auto
	Features      string  `json:"features"` // a feature.Set
	Seed          uint64  `json:"seed"`
	Restarts      int     `json:"restarts"`
	Effort        string  `json:"effort"` // normal or high, see package kmeans
	Weight        string  `json:"weight"` // offense: every row counts one
	MaxIterations int     `json:"max_iterations"`
	Tolerance     float64 `json:"tolerance"`

	// Workers is how many goroutines train; 0 is GOMAXPROCS. It has no
	// influence on the model, so it is neither written nor compared.
	Workers int `json:"-"`
}

// DefaultSettings are those of every program that is told nothing else.
func DefaultSettings() Settings {
	return Settings{
		Engine: "native", K: 5, KFrom: "flag", Features: "geo", Seed: 1, Restarts: 10,
		Effort: "normal", Weight: "offense", MaxIterations: 300, Tolerance: 1e-4,
	}
}

// Diff names what differs between two settings, each with both values:
// "k 5, not 8; seed 1, not 2". It is "" when nothing does.
func Diff(a, b Settings) string {
	var diffs []string
	add := func(name string, a, b any) {
		if a != b {
			diffs = append(diffs, fmt.Sprintf("%s %v, not %v", name, a, b))
		}
	}
	add("engine", a.Engine, b.Engine)
	add("k", a.K, b.K)
	add("k_from", a.KFrom, b.KFrom)
	add("features", a.Features, b.Features)
	add("seed", a.Seed, b.Seed)
	add("restarts", a.Restarts, b.Restarts)
	add("effort", a.Effort, b.Effort)
	add("weight", a.Weight, b.Weight)
	add("max_iterations", a.MaxIterations, b.MaxIterations)
	add("tolerance", a.Tolerance, b.Tolerance)
	return strings.Join(diffs, "; ")
}
