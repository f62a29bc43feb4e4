package train

import (
	"cmp"

	"hotspot/internal/model"
	"hotspot/internal/source"
	"hotspot/internal/train/spark"
)

// FitFlags are the flags of every training.
type FitFlags struct {
	Features         string `name:"features" default:"geo" help:"What a crime is to the model: geo = km east and km north; geo+time = its hour as well, at half the weight (use --k 8 with it)."`
	Weight           string `name:"weight" default:"offense" help:"What counts once in training: offense = every row; incident = only the first row of each incident that has a usable place."`
	source.AreaFlags `embed:""`
	Seed             uint64 `name:"seed" default:"1" help:"Random seed of the training."`
	Restarts         int    `name:"restarts" default:"10" help:"Times that a training starts anew; the best one is kept."`
	Effort           string `name:"effort" default:"normal" help:"How long the best start is improved: normal, or high (searches longer for better centroids: up to 20 times as many swaps, and from 8 clusters on breathing k-means too; docs/kmeans.md)."`
}

// Flags are those of a training that makes models.
type Flags struct {
	K        model.K `name:"k" default:"5" help:"Clusters in a model, or auto: what hotspot sweep suggests for the first batch or file, for all models."`
	Engine   string  `name:"engine" default:"native" help:"What trains a model: native (the same bytes everywhere) or muesli (github.com/muesli/kmeans; not reproducible) or spark (Apache Spark by spark-submit; not reproducible). A model that is not reproducible is published once."`
	FitFlags `embed:""`
	Spark    spark.Config `embed:""`
}

// WithDefaults returns f with the zero flags filled in, but for AreaFlags, whose
// own zero means something.
func (f Flags) WithDefaults() Flags {
	d := model.DefaultSettings()
	f.K, f.Engine = cmp.Or(f.K, model.K(d.K)), cmp.Or(f.Engine, d.Engine)
	f.Features, f.Weight = cmp.Or(f.Features, d.Features), cmp.Or(f.Weight, d.Weight)
	f.Seed, f.Restarts, f.Effort = cmp.Or(f.Seed, d.Seed), cmp.Or(f.Restarts, d.Restarts), cmp.Or(f.Effort, d.Effort)
	f.Spark = f.Spark.WithDefaults()
	return f
}

// Settings are the model settings that f asks for.
func (f Flags) Settings() model.Settings { return f.FitFlags.Settings(f.Engine, f.K) }

// Settings are those that f asks for, with an engine and a k.
func (f FitFlags) Settings(engine string, k model.K) model.Settings {
	s := model.DefaultSettings()
	s.Engine, s.Features, s.Weight, s.Seed, s.Restarts, s.Effort = engine, f.Features, f.Weight, f.Seed, f.Restarts, f.Effort
	return k.Settings(s)
}
