package score_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/analysis/score"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/source"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// modelOf is a model of rows first to last with its spots at the places, all new.
func modelOf(number int, first, last int64, places ...crime.Place) *model.Model {
	m := &model.Model{Model: number, Frame: feature.Default(), Clusters: make([]model.Cluster, 1)}
	m.Batch.FirstRow, m.Batch.LastRow = first, last
	for i, p := range places {
		m.Spots = append(m.Spots, model.Spot{Spot: i, Lon: p.Lon, Lat: p.Lat})
	}
	return m
}

// at is a place so many metres north of a point of Denver.
func at(metres float64) crime.Place {
	return crime.Place{Lon: -104.95, Lat: 39.74 + metres/111195}
}

func spot(id int, metres float64, first, last int64) source.HotSpot {
	return source.HotSpot{ID: id, Center: at(metres), RadiusM: 200, Share: .05, FirstRow: first, LastRow: last}
}

// TestFindSpotsCountsFoundMissedAndFalse: on its ground or 50 m beside it is found,
// farther is false; one that was there for less than half of the rows is neither.
func TestFindSpotsCountsFoundMissedAndFalse(t *testing.T) {
	planted := []source.HotSpot{
		spot(1, 0, 1, 100),      // spot 0 lies 240 m off
		spot(2, 1500, 1, 100),   // none
		spot(3, 9740, 1, 100),   // spot 1 lies 260 m off
		spot(4, 20000, 1, 49),   // spot 2, but it was there too short
		spot(5, 20000, 90, 100), // alike
	}
	s := score.FindSpots(modelOf(7, 1, 100, at(240), at(10000), at(20000)), planted)
	if s.Model != 7 || len(s.Found) != 3 || s.False() != 2 {
		t.Fatalf("%+v", s)
	}
	if f := s.Found[0]; f.Planted == nil || f.Planted.ID != 1 || s.Found[1].Planted != nil || s.Found[2].Planted != nil {
		t.Errorf("found %+v", s.Found)
	}
	if len(s.Missed) != 2 || s.Missed[0].ID != 2 || s.Missed[1].ID != 3 {
		t.Errorf("missed %+v", s.Missed)
	}
	sum := score.Sum([]*score.Score{{Spots: []score.Spots{s, s}}})
	if want := (score.Total{Models: 2, Planted: 6, Found: 2, Named: 6, False: 4}); sum != want {
		t.Errorf("sum %+v, want %+v", sum, want)
	}
	// One that moved in the middle is there at both places; two spots may lie on one.
	s = score.FindSpots(modelOf(1, 1, 100, at(0), at(3000), at(3100)), []source.HotSpot{spot(1, 0, 1, 50), spot(1, 3000, 51, 100)})
	if sum := score.Sum([]*score.Score{{Spots: []score.Spots{s}}}); sum.Planted != 2 || sum.Found != 2 {
		t.Errorf("one that moved: %d of %d found, want 2 of 2", sum.Found, sum.Planted)
	}
	if s := score.FindSpots(modelOf(1, 1, 100), planted); len(s.Found) != 0 || len(s.Missed) != 3 {
		t.Errorf("a model without spots: %+v", s)
	}
}

// TestFindShiftCountsComingsAndGoings: hot spot 1 moves by 3 km, 2 stays, 3 comes.
func TestFindShiftCountsComingsAndGoings(t *testing.T) {
	planted := []source.HotSpot{spot(1, 0, 1, 100), spot(1, 3000, 101, 200), spot(2, 8000, 1, 200), spot(3, 15000, 101, 200)}
	a := modelOf(1, 1, 100, at(0), at(8000), at(20000))
	b := modelOf(2, 101, 200, at(3100), at(8100), at(25000))
	b.Spots[1].Previous = &model.PreviousSpot{Spot: 1}
	b.SpotsGone = []model.SpotGone{{Spot: 0, Lon: a.Spots[0].Lon, Lat: a.Spots[0].Lat}, {Spot: 2, Lon: a.Spots[2].Lon, Lat: a.Spots[2].Lat}}
	s := score.FindShift(a, b, planted, &compare.Result{Changed: true})
	// The old and the new place of 1 are seen, 3 is not; 20 and 25 km are false.
	if want := (score.Shift{A: 1, B: 2, Planted: 3, Found: 2, False: 2, Changed: true}); s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
	same := modelOf(2, 1, 100, at(0), at(8400), at(20000))
	for i := range same.Spots {
		same.Spots[i].Previous = &model.PreviousSpot{Spot: i}
	}
	still := score.FindShift(a, same, planted, &compare.Result{
		Clusters: []compare.Cluster{{Verdict: compare.Usual}, {Verdict: compare.Fewer}},
	})
	if want := (score.Shift{A: 1, B: 2, More: true}); still != want {
		t.Errorf("without a change: %+v, want %+v", still, want)
	}
	sum := score.Sum([]*score.Score{{Shifts: []score.Shift{s, still}}})
	if want := (score.Total{Shifted: 1, ShiftedSaid: 1, Still: 1, StillMore: 1, Moves: 3, MovesFound: 2, MovesFalse: 2}); sum != want {
		t.Errorf("sum %+v, want %+v", sum, want)
	}
}

// TestACityIsFoundOutByItsModels: of three cities nearly every planted hot spot is
// found and nearly no other, every shift is called one, and the same city has the same
// score.
func TestACityIsFoundOutByItsModels(t *testing.T) {
	s := model.DefaultSettings()
	s.Restarts = 3
	var all []*score.Score
	for seed := uint64(1); seed <= 3; seed++ {
		c := score.City{Seed: seed, Rows: 10000, BatchRows: 5000, Settings: s, Compare: seed == 1}
		one, err := c.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
		c.Compare = false
		again, err := c.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		x, _ := json.Marshal(one.Spots)
		if y, _ := json.Marshal(again.Spots); !bytes.Equal(x, y) {
			t.Errorf("seed %d: another score in a second run", seed)
		}
	}
	sum := score.Sum(all)
	if sum.Models != 6 || sum.Planted != 6*7 || sum.Found < 41 || sum.False > 3 {
		t.Errorf("%+v", sum)
	}
	if sum.Shifted != 1 || sum.ShiftedSaid != 1 || sum.Still != 0 {
		t.Errorf("seed 1 shifts after 5,000 rows: %+v", sum)
	}
}

func TestACityThatCannotBe(t *testing.T) {
	s := model.DefaultSettings()
	if _, err := (score.City{Seed: 1, Rows: 10, BatchRows: 50, Settings: s}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "--rows 10 --batch-size 50") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (score.City{Seed: 1, Rows: 100, BatchRows: 50, Settings: s}).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
}
