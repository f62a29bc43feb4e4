package model_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/batch"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/testkit"
)

// sample is model 2 of an invented city of ten rows, eight of them trained.
func sample() *model.Model {
	one := 1
	cluster := func(n, size int, east, north float64) model.Cluster {
		place := feature.Default().Unproject(east, north)
		c := model.Cluster{
			Cluster: n, Size: size, Share: model.Share(size, 8), RadiusM: 100.5,
			Centroid: model.Centroid{
				EastKm: east, NorthKm: north, Extra: []float64{},
				Lon: model.Round(place.Lon, 6), Lat: model.Round(place.Lat, 6),
			},
			Previous:     &model.Previous{Cluster: n, MovedM: 12.5},
			HoursUnknown: 1, WeekdaysUnknown: 1,
			Categories:    []model.Category{},
			Neighborhoods: []model.Neighborhood{{ID: "five-points", Count: 2, Share: model.Share(2, size)}},
		}
		c.Hours[22], c.Hours[23], c.Weekdays[6] = .125, float64(size)-1.125, float64(size-1)
		return c
	}
	m := &model.Model{
		Format: model.Format, Model: 2, Title: `A <b>"bold"</b> title`, Invented: true,
		Batch: model.Batch{
			Number: 2, SHA256: strings.Repeat("0a", 32), FirstRow: 11, LastRow: 20, ChainAfter: strings.Repeat("1b", 16),
			Reported: model.Reported{First: "2019-01-02T00:13:00", Last: "2019-01-03T00:00:00"},
		},
		Rows:         model.Rows{Total: 10, Trained: 8, NoLocation: 1, OutOfArea: 1, DistinctPlaces: 7},
		Settings:     model.DefaultSettings(),
		Reproducible: true,
		Frame:        feature.Default(),
		Features:     feature.Geo.Columns(),
		Status:       model.Converged,
		Iterations:   3,
		Inertia:      0.30000000000000004,
		Silhouette:   &model.Silhouette{Value: 0.4561, Kind: "exact"},
		AlignedTo:    &one,
		Quality:      &model.Quality{Explained: new(.8125), CalinskiHarabasz: new(26.5), DaviesBouldin: new(.5)},
		Clusters:     []model.Cluster{cluster(0, 5, -2.5, 0.125), cluster(1, 3, 4, -1.25)},
	}
	m.Settings.K = 2
	m.Clusters[0].Categories = []model.Category{{ID: "larceny", Count: 5, Share: 1, Lift: 1.6}}
	m.Clusters[1].Previous = nil // unmatched
	m.Spots = []model.Spot{
		{
			Cluster: new(0), Lon: -104.98, Lat: 39.74, RadiusM: 300, Crimes: 4, Share: .5, Expected: .5, Ratio: new(float64(8)), PAdjusted: 1.25e-21,
			Categories: m.Clusters[0].Categories[:0:0], Previous: &model.PreviousSpot{Spot: 1, MovedM: 12.5},
		},
		{Spot: 1, Cluster: new(1), Lon: -104.9, Lat: 39.72, RadiusM: 300, Crimes: 3, Share: .375, Categories: []model.Category{{ID: "arson", Count: 3, Share: 1, Lift: 2.6667}}},
	}
	m.SpotsGone = []model.SpotGone{{Spot: 0, Lon: -105, Lat: 39.7, Before: 6, Now: 1}}
	return m
}

// untrainable is model 1 of the same city, of which every row was unusable.
func untrainable() *model.Model {
	m := sample()
	m.Model, m.Batch.Number, m.Batch.FirstRow, m.Batch.LastRow = 1, 1, 1, 10
	m.Rows = model.Rows{Total: 10, NoLocation: 10}
	m.Status, m.Reason, m.Iterations, m.Inertia = model.Untrainable, "0 distinct usable places", 0, 0
	m.Silhouette, m.AlignedTo, m.Quality, m.Clusters, m.Spots, m.SpotsGone = nil, nil, nil, nil, nil, nil
	return m
}

// single is sample with one cluster only.
func single() *model.Model {
	m := sample()
	m.Settings.K, m.Silhouette, m.Quality = 1, nil, nil
	m.Rows.Trained, m.Rows.Total, m.Rows.DistinctPlaces, m.Batch.LastRow = 5, 7, 5, 17
	m.Clusters = m.Clusters[:1]
	m.Clusters[0].Share = 1
	m.Spots = m.Spots[:1]
	m.Spots[0].Share, m.Spots[0].Previous = .8, nil
	m.SpotsGone = append(m.SpotsGone, model.SpotGone{Spot: 1, Before: 3})
	return m
}

var sealed = regexp.MustCompile(`("checksum": ?")[0-9a-f]{64}"`)

// seal puts the right checksum into a file, as formats.md says: the SHA-256 of
// the file with the 64 digits replaced by zeros.
func seal(data []byte) []byte {
	zeros := sealed.ReplaceAll(data, []byte(`${1}0000000000000000000000000000000000000000000000000000000000000000"`))
	sum := sha256.Sum256(zeros)
	return sealed.ReplaceAll(data, []byte(`${1}`+hex.EncodeToString(sum[:])+`"`))
}

func TestEncodeWritesTheGoldenFiles(t *testing.T) {
	for name, m := range map[string]*model.Model{"sample.json": sample(), "untrainable.json": untrainable()} {
		t.Run(name, func(t *testing.T) {
			got := m.Encode()
			path := filepath.Join("testdata", name)
			testkit.Golden(t, path, string(got))
			if !bytes.Equal(got, seal(got)) {
				t.Error("the checksum is not that of the file with zeros in its place")
			}
			if !bytes.Equal(got, m.Encode()) {
				t.Error("a second Encode gave other bytes")
			}
		})
	}
}

func TestEncodeLeavesListsOfOthersAlone(t *testing.T) {
	m := sample()
	m.Clusters[0].Categories = nil
	shared := slices.Clone(m.Clusters)
	m.Encode()
	if diff := cmp.Diff(shared, m.Clusters); diff != "" {
		t.Errorf("Encode changed the clusters:\n%s", diff)
	}
}

func TestEncodePanicsOnNaN(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Encode wrote a NaN")
		}
	}()
	m := sample()
	m.Inertia = math.NaN()
	m.Encode()
}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	provisional := sample()
	provisional.Provisional = true
	plain := sample()
	plain.Quality = nil
	onePlace := untrainable()
	onePlace.Rows = model.Rows{Total: 10, Trained: 10, DistinctPlaces: 1}
	onePlace.Spots = sample().Spots[:1]
	onePlace.Spots[0].Cluster, onePlace.Spots[0].Share, onePlace.Spots[0].Previous = nil, .4, nil
	greatSeed := sample()
	greatSeed.Settings.Seed = math.MaxUint64
	for name, m := range map[string]*model.Model{
		"sample": sample(), "untrainable": untrainable(), "provisional": provisional,
		"without quality": plain, "untrainable with a spot": onePlace, "seed": greatSeed, "k=1": single(),
	} {
		t.Run(name, func(t *testing.T) {
			data := m.Encode()
			got, err := model.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if m.Clusters == nil {
				m.Clusters = []model.Cluster{}
			}
			if m.Spots == nil {
				m.Spots, m.SpotsGone = []model.Spot{}, []model.SpotGone{}
			}
			if m.SpotsGone == nil {
				m.SpotsGone = []model.SpotGone{}
			}
			if diff := cmp.Diff(m, got); diff != "" {
				t.Errorf("Decode(Encode) (-want +got):\n%s", diff)
			}
		})
	}
}

// A week without a report on its Sunday is a week; one that is still open is what came.
func TestDaysAreThoseOfAClosedWindow(t *testing.T) {
	week := batch.ByWeek.Window("2024-09-10T08:00:00")
	m := model.Model{Batch: model.Batch{Window: week, Reported: model.Reported{First: "2024-09-10T08:00:00", Last: "2024-09-12T08:00:00"}}}
	if got := m.Days(); got != 7 {
		t.Errorf("a closed week has %v days, want 7", got)
	}
	m.Provisional = true
	if got := m.Days(); got != 2 {
		t.Errorf("an open week of two days has %v days, want 2", got)
	}
	m.Batch.Window = batch.Window{}
	if got := m.Days(); got != 2 {
		t.Errorf("a batch of two days by rows has %v days, want 2", got)
	}
}

func TestRound(t *testing.T) {
	tests := []struct {
		v        float64
		decimals int
		want     float64
	}{
		{-104.9792581234, 6, -104.979258},
		{2345.65, 1, 2345.7},
		{0.45605, 4, 0.4561},
		{-0.00001, 4, 0},
		{math.Copysign(0, -1), 1, 0},
	}
	for _, tt := range tests {
		got := model.Round(tt.v, tt.decimals)
		if got != tt.want || math.Signbit(got) != math.Signbit(tt.want) {
			t.Errorf("Round(%v, %d) = %v, want %v", tt.v, tt.decimals, got, tt.want)
		}
	}
	if got := model.Share(0, 0); got != 0 {
		t.Errorf("Share(0, 0) = %v, want 0", got)
	}
}

func TestDiffNamesBothValues(t *testing.T) {
	a := model.DefaultSettings()
	if got := model.Diff(a, a); got != "" {
		t.Errorf("Diff of equal settings = %q", got)
	}
	b := a
	b.Engine, b.K, b.KFrom, b.Features, b.Seed = "muesli", 8, "auto", "geo+time", 2
	b.Restarts, b.Effort, b.Weight, b.MaxIterations, b.Tolerance = 3, "high", "incident", 10, 0.5
	want := "engine native, not muesli; k 5, not auto; features geo, not geo+time; " +
		"seed 1, not 2; restarts 10, not 3; effort normal, not high; weight offense, not incident; " +
		"max_iterations 300, not 10; tolerance 0.0001, not 0.5"
	if got := model.Diff(a, b); got != want {
		t.Errorf("Diff = %q, want %q", got, want)
	}
	b = a
	b.Workers = 8
	if got := model.Diff(a, b); got != "" {
		t.Errorf("Diff of other workers = %q, but they have no influence", got)
	}
}
