package model

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"hotspot/internal/kmeans"
)

// Settings are the knobs of a training that belong to a folder: all its
// models are trained with the same.
type Settings struct {
	Engine        string  `json:"engine"` // native, muesli or spark, see package train
	K             int     `json:"k"`
	KFrom         string  `json:"k_from"`   // FromFlag or FromData
	Features      string  `json:"features"` // a feature.Set
	Seed          uint64  `json:"seed"`
	Restarts      int     `json:"restarts"`
	Effort        string  `json:"effort"` // normal or high, see package kmeans
	Weight        string  `json:"weight"` // Offense or Incident
	MaxIterations int     `json:"max_iterations"`
	Tolerance     float64 `json:"tolerance"`

	// Workers is how many goroutines train; 0 is GOMAXPROCS. It has no
	// influence on the model, so it is neither written nor compared.
	Workers int `json:"-"`
}

// Who has said what K is.
const (
	FromFlag = "flag" // who started the program
	FromData = "auto" // the rows: package train says how. K is 0 until they have
)

// What counts once.
const (
	Offense  = "offense"  // every row
	Incident = "incident" // of the rows of an incident the first that can be used
)

// Fit are the settings as package kmeans takes them.
func (s Settings) Fit() kmeans.Config {
	return kmeans.Config{
		K: s.K, Seed: s.Seed, Restarts: s.Restarts, MaxIterations: s.MaxIterations,
		Tolerance: s.Tolerance, Effort: kmeans.Effort(s.Effort), Workers: s.Workers,
	}
}

// K is the flag for the number of clusters: the number, or Auto.
type K int

// Auto lets the rows say how many clusters there are.
const Auto K = math.MinInt32

// UnmarshalText reads a number of clusters, or auto.
func (k *K) UnmarshalText(text []byte) error {
	if string(text) == FromData {
		*k = Auto
		return nil
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > MaxClusters {
		return errors.New(strconv.Quote(string(text)) + ": want 1 to " + strconv.Itoa(MaxClusters) + ", or " + FromData)
	}
	*k = K(n)
	return nil
}

// Settings sets K and KFrom of s as k says.
func (k K) Settings(s Settings) Settings {
	s.K, s.KFrom = int(k), FromFlag
	if k == Auto {
		s.K, s.KFrom = 0, FromData
	}
	return s
}

// DefaultSettings are those of every program that is told nothing else.
func DefaultSettings() Settings {
	return Settings{
		Engine: "native", K: 5, KFrom: FromFlag, Features: "geo", Seed: 1, Restarts: 10,
		Effort: "normal", Weight: Offense, MaxIterations: 300, Tolerance: 1e-4,
	}
}

// Diff names what differs between two settings, each with both values:
// "k 5, not 8; seed 1, not 2". It is "" when nothing does. Where both have K from
// the data it is not compared: one of them may not have seen them yet.
func Diff(a, b Settings) string {
	var diffs []string
	add := func(name string, a, b any) {
		if a != b {
			diffs = append(diffs, fmt.Sprintf("%s %v, not %v", name, a, b))
		}
	}
	add("engine", a.Engine, b.Engine)
	add("k", a.k(), b.k())
	add("features", a.Features, b.Features)
	add("seed", a.Seed, b.Seed)
	add("restarts", a.Restarts, b.Restarts)
	add("effort", a.Effort, b.Effort)
	add("weight", a.Weight, b.Weight)
	add("max_iterations", a.MaxIterations, b.MaxIterations)
	add("tolerance", a.Tolerance, b.Tolerance)
	return strings.Join(diffs, "; ")
}

// k is K as the flag that asks for it.
func (s Settings) k() string {
	if s.KFrom == FromData {
		return FromData
	}
	return strconv.Itoa(s.K)
}
