package train

import (
	"fmt"
	"slices"
	"strconv"

	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/spots"
)

// describeSpots gives m the spots of its rows, each in the area that most of its rows
// are in, none where labels is nil; and of previous, where m is numbered after it, those
// that are gone.
func describeSpots(m *model.Model, r *rows, labels []int32, previous *model.Model) error {
	p := r.points
	ground := spots.NewGround(p.X, p.D, p.Weight)
	found := ground.Find()
	spotOf := slices.Repeat([]int32{-1}, len(p.Weight))
	categories := make([][]int, len(found))
	for i, s := range found {
		categories[i] = make([]int, len(r.categories.texts))
		for _, at := range ground.PointsIn(s) {
			spotOf[at] = int32(i)
		}
	}
	if len(found) > 0 {
		if err := r.details.each(func(t detail) {
			if i := spotOf[p.Of[t.place]]; i >= 0 {
				categories[i][t.category]++
			}
		}); err != nil {
			return err
		}
	}
	for i, s := range found {
		clusters := make([]float64, len(m.Clusters))
		if labels != nil {
			for _, at := range ground.PointsIn(s) {
				clusters[labels[at]] += p.Weight[at]
			}
		}
		place := m.Frame.Unproject(s.EastKm, s.NorthKm)
		spot := model.Spot{
			Spot: i, Lon: model.Round(place.Lon, 6), Lat: model.Round(place.Lat, 6), RadiusM: spots.RadiusM,
			Crimes: s.Rows, Share: model.Share(s.Rows, r.n), Expected: model.Round(s.Expected, 1), PAdjusted: threeDigits(s.P),
			Categories: r.listCategories(categories[i], s.Rows),
		}
		if s.Expected > 0 {
			spot.Ratio = new(model.Round(float64(s.Rows)/s.Expected, 2))
		}
		if labels != nil {
			spot.Cluster = new(slices.Index(clusters, slices.Max(clusters)))
		}
		m.Spots = append(m.Spots, spot)
	}
	if m.AlignedTo != nil {
		continueSpots(m, ground, found, previous)
	}
	return nil
}

// continueSpots says which spots of previous those of m continue, and which are gone.
func continueSpots(m *model.Model, ground *spots.Ground, found []spots.Spot, previous *model.Model) {
	before := make([]spots.Spot, len(previous.Spots))
	for j, s := range previous.Spots {
		before[j].EastKm, before[j].NorthKm = m.Frame.Project(crime.Place{Lon: s.Lon, Lat: s.Lat})
	}
	match := spots.Match(before, found)
	for i, j := range match {
		if j >= 0 {
			m.Spots[i].Previous = &model.PreviousSpot{Spot: j, MovedM: model.Round(found[i].MetresTo(before[j]), 1)}
		}
	}
	for j, s := range previous.Spots {
		if !slices.Contains(match, j) {
			m.SpotsGone = append(m.SpotsGone, model.SpotGone{Spot: j, Lon: s.Lon, Lat: s.Lat, Before: s.Crimes, Now: ground.RowsIn(before[j])})
		}
	}
}

// threeDigits rounds v to three digits, wherever its point is.
func threeDigits(v float64) float64 {
	v, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
	if err != nil {
		panic(fmt.Sprintf("train: %v", err)) // it is a number
	}
	return v
}
