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
func describeSpots(m *model.Model, r *rows, labels []int32, previous *model.Model) {
	ground := spots.NewGround(r.x, r.d)
	found := ground.Find()
	inAll := r.category.count(make([]int32, r.n()), 1)[0]
	for i, s := range found {
		categories, clusters := make([]int, len(inAll)), make([]int, len(m.Clusters))
		for _, row := range ground.RowsIn(s) {
			categories[r.category.values[row]]++
			if labels != nil {
				clusters[labels[row]]++
			}
		}
		place := m.Frame.Unproject(s.EastKm, s.NorthKm)
		spot := model.Spot{
			Spot: i, Lon: model.Round(place.Lon, 6), Lat: model.Round(place.Lat, 6), RadiusM: spots.RadiusM,
			Crimes: s.Rows, Share: model.Share(s.Rows, r.n()), Expected: model.Round(s.Expected, 1), PAdjusted: threeDigits(s.P),
			Categories: r.listCategories(categories, s.Rows, inAll),
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
			m.SpotsGone = append(m.SpotsGone, model.SpotGone{Spot: j, Lon: s.Lon, Lat: s.Lat, Before: s.Crimes, Now: len(ground.RowsIn(before[j]))})
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
