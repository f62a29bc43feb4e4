// Package train makes one model from one batch: rows to vectors, vectors to
// clusters, clusters to the profile that a model file holds.
//
// It stands between the batch that the consumer has committed and the model
// that it publishes. It opens no file and knows no clock: with engine "native"
// a model is a pure function of the rows, the settings and the model before
// it, to the byte, on any machine and with any number of workers.
package train

import (
	"context"
	"errors"
	"fmt"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
)

// Batch trains the model of batch b, whose rows are csv, and numbers its
// clusters after previous: the newest model before it that has clusters, nil
// when there is none.
//
// Rows without coordinates or outside the bounds of frame are counted and left
// out, and with weight incident all rows of an incident after the first that can
// be used. With k from the data it is previous's, and without a previous model
// the one that package sweep suggests for this batch; so the models of a folder
// have the same k. When fewer distinct places than s.K are left, the model has status
// Untrainable, the reason in words, and no clusters: that is not an error.
// Errors are settings and a frame that their Validate refuses, a csv that is not the batch's,
// and the end of ctx. No engine of this process can be interrupted: when ctx ends Batch
// returns at once, and what was begun is dropped when it is done.
func Batch(ctx context.Context, b *batch.Manifest, csv []byte, s model.Settings, frame feature.Frame, previous *model.Model) (*model.Model, error) {
	return Trainer{}.Batch(ctx, b, csv, s, frame, previous)
}

// run computes the model of rows and returns when it is done or ctx ends. A fit
// that an engine outside of this process has made is fitted, else nil.
func run(ctx context.Context, b *batch.Manifest, rows *rows, s model.Settings, frame feature.Frame, previous *model.Model, fitted *kmeans.Result) (*model.Model, error) {
	m := blank(b, rows, s, frame)
	done := make(chan error, 1)
	go func() { done <- compute(ctx, m, rows, previous, fitted) }()
	select {
	case err := <-done:
		return m, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// blank is the model of b before anything is computed.
func blank(b *batch.Manifest, r *rows, s model.Settings, frame feature.Frame) *model.Model {
	return &model.Model{
		Format: model.Format,
		Model:  b.Batch, Provisional: b.Provisional,
		Title:    b.Title,
		Invented: b.Invented,
		Batch: model.Batch{
			Number: b.Batch, SHA256: b.CSV.SHA256, FirstRow: b.FirstRow, LastRow: b.LastRow, ChainAfter: b.ChainAfter,
			Reported: model.Reported{First: b.Reported.First, Last: b.Reported.Last},
		},
		Rows:         model.Rows{Total: b.Rows, Trained: r.n(), NoLocation: r.noLocation, OutOfArea: r.outOfArea, Repeated: r.repeated},
		Settings:     s,
		Reproducible: engineOf(s.Engine).reproducible,
		Frame:        frame,
		Features:     feature.Set(s.Features).Columns(),
		Clusters:     []model.Cluster{},
	}
}

// compute fits, numbers and describes the clusters of m.
func compute(ctx context.Context, m *model.Model, r *rows, previous *model.Model, fit *kmeans.Result) error {
	s := m.Settings
	var err error
	if fit == nil {
		fit, err = engineOf(s.Engine).fit(r.x, r.d, s.Fit())
	}
	switch {
	case errors.Is(err, kmeans.ErrTooFewPoints):
		m.Rows.DistinctPlaces = kmeans.Distinct(r.x, r.d)
		m.Status = model.Untrainable
		m.Reason = fmt.Sprintf("%d distinct usable places are fewer than the %d clusters asked for", m.Rows.DistinctPlaces, s.K)
		return nil
	case err != nil:
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.Rows.DistinctPlaces = fit.Distinct
	m.Status, m.Iterations, m.Inertia = model.Status(fit.Status), fit.Iterations, fit.Inertia
	for c := range s.K {
		m.Clusters = append(m.Clusters, model.Cluster{
			Size:     fit.Sizes[c],
			Centroid: centroid(fit.Centroids[c*r.d:(c+1)*r.d], m.Frame),
		})
	}
	m.Align(previous)
	labels := relabel(m, r)
	if value, kind := kmeans.Silhouette(r.x, r.d, labels, s.K); kind != "" {
		m.Silhouette = &model.Silhouette{Value: model.Round(value, 4), Kind: kind}
	}
	profile(m, r, labels)
	densest(m, r, labels)
	m.Quality = quality(m, r, labels)
	return nil
}

func centroid(v []float64, frame feature.Frame) model.Centroid {
	place := frame.Unproject(v[0], v[1])
	return model.Centroid{
		EastKm: v[0] + 0, NorthKm: v[1] + 0, // never -0
		Extra: append([]float64{}, v[2:]...),
		Lon:   model.Round(place.Lon, 6), Lat: model.Round(place.Lat, 6),
	}
}

// relabel gives every row the number of its nearest centroid after m was
// numbered. A row that is equally near to two goes to the lower number, as it
// does when the model is asked: so the sizes are those that an api counts.
func relabel(m *model.Model, r *rows) []int32 {
	return kmeans.Labels(r.x, r.d, m.Centroids())
}
