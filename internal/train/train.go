// Package train makes one model from one batch: rows to vectors, vectors to
// clusters, clusters to the profile that a model file holds.
//
// It stands between the batch that the consumer has committed and the model
// that it publishes. It knows no clock: with engine "native" a model is a pure
// function of the rows, the settings and the model before it, to the byte, on any
// machine and with any number of workers.
//
// A training goes through the files like this: data.go (rows of a batch or of
// files) and rows.go (their columns), trainer.go, choosek.go, engine.go (vectors to
// clusters), train.go; then profile.go describes the clusters, and spots.go the spots.
package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
)

// train makes the model of d, and returns when it is done or ctx ends. A fit that
// an engine outside of this process has made is fit, else nil.
func (d *Data) train(ctx context.Context, s model.Settings, previous *model.Model, fit *kmeans.Result) (*model.Model, error) {
	m := d.blankModel(s)
	done := make(chan error, 1)
	go func() { done <- compute(ctx, m, d.rows, previous, fit) }()
	select {
	case err := <-done:
		return m, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// blankModel is the model of d before anything is computed.
func (d *Data) blankModel(s model.Settings) *model.Model {
	b, r := &d.manifest, d.rows
	return &model.Model{
		Format: model.Format,
		Model:  b.Batch, Provisional: b.Provisional,
		Title:    b.Title,
		Invented: b.Invented,
		Batch: model.Batch{
			Number: b.Batch, SHA256: b.CSV.SHA256, Window: b.Window, FirstRow: b.FirstRow, LastRow: b.LastRow, ChainAfter: b.ChainAfter,
			Reported: model.Reported{First: b.Reported.First, Last: b.Reported.Last},
		},
		Rows:         model.Rows{Total: b.Rows, Trained: r.n, NoLocation: r.noLocation, OutOfArea: r.outOfArea, Repeated: r.repeated},
		Settings:     s,
		Reproducible: findEngine(s.Engine).reproducible,
		Frame:        d.frame,
		Features:     feature.Set(s.Features).Columns(),
		Clusters:     []model.Cluster{},
	}
}

// compute fits, numbers and describes the clusters of m.
func compute(ctx context.Context, m *model.Model, r *rows, previous *model.Model, fit *kmeans.Result) error {
	s, p := m.Settings, r.points
	m.Rows.DistinctPlaces = len(p.Weight)
	var err error
	if m.Reason = r.untimed(s.Features); m.Reason == "" && fit == nil {
		fit, err = findEngine(s.Engine).fit(p, s.Fit())
	}
	switch {
	case errors.Is(err, kmeans.ErrTooFewPoints):
		m.Reason = fmt.Sprintf("distinct usable places: %d; clusters asked for: %d", m.Rows.DistinctPlaces, s.K)
	case err != nil:
		return err
	}
	if m.Reason != "" {
		m.Status = model.Untrainable
		return describeSpots(m, r, nil, nil)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.Status, m.Iterations, m.Inertia = model.Status(fit.Status), fit.Iterations, fit.Inertia
	for c := range s.K {
		m.Clusters = append(m.Clusters, model.Cluster{
			Size:     fit.Sizes[c],
			Centroid: newCentroid(fit.Centroids[c*p.D:(c+1)*p.D], m.Frame),
		})
	}
	m.Align(previous)
	// A point that is equally near to two goes to the lower number, as it does when
	// the model is asked: so the sizes are those that an api counts.
	labels := kmeans.Labels(p.X, p.D, m.Centroids())
	if value, kind := p.Silhouette(labels, s.K); kind != "" {
		m.Silhouette = &model.Silhouette{Value: model.Round(value, 4), Kind: kind}
	}
	if err := errors.Join(describeClusters(m, r, labels), describeSpots(m, r, labels, previous)); err != nil {
		return err
	}
	i := p.Judge(labels, s.K)
	q := model.Quality{
		Explained:        defined(i.Explained, 4),
		CalinskiHarabasz: defined(i.CalinskiHarabasz, 1),
		DaviesBouldin:    defined(i.DaviesBouldin, 4),
	}
	if q != (model.Quality{}) {
		m.Quality = &q
	}
	return nil
}

// defined returns v rounded, nil for NaN.
func defined(v float64, decimals int) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	v = model.Round(v, decimals)
	return &v
}

func newCentroid(v []float64, frame feature.Frame) model.Centroid {
	place := frame.Unproject(v[0], v[1])
	return model.Centroid{
		EastKm: v[0] + 0, NorthKm: v[1] + 0, // never -0
		Extra: append([]float64{}, v[2:]...),
		Lon:   model.Round(place.Lon, 6), Lat: model.Round(place.Lat, 6),
	}
}
