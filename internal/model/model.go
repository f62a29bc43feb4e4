// Package model is a trained model: its file, the folder of models, and the
// question it answers - which centroid is nearest to a vector.
//
// It stands between train, which makes a Model from a batch, and api, which
// serves it. A model file is whole, checked by its own checksum and read
// strictly, so what Decode returns can be served without another look. The
// package does not train, and it does not know what a batch file looks like.
package model

import (
	"math"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
)

// Format is the schema version of a model file.
const Format = "hotspot.model/3"

// MaxClusters is the greatest k of a model.
const MaxClusters = 1000

// Model is one model file, member by member: the order of the fields is the
// order in the file. A Model holds what the file says, already rounded, so a
// model that was trained and the same one read back are equal.
//
// A Model that is shared is not changed; reading it concurrently is safe.
type Model struct {
	Format       string           `json:"format"`
	Checksum     string           `json:"checksum"` // set by Encode
	Model        int              `json:"model"`    // its number, which is its batch's
	Provisional  bool             `json:"provisional,omitempty"`
	Title        string           `json:"title"`
	Invented     bool             `json:"invented"`
	Batch        Batch            `json:"batch"`
	Rows         Rows             `json:"rows"`
	Settings     Settings         `json:"settings"`
	Reproducible bool             `json:"reproducible"` // the same rows give the same bytes
	Frame        feature.Frame    `json:"frame"`
	Features     []feature.Column `json:"features"`
	Status       Status           `json:"status"`
	Reason       string           `json:"reason"` // why it is untrainable, in words; else ""
	Iterations   int              `json:"iterations"`
	Inertia      float64          `json:"inertia"`           // sum of squared distances, km²
	Silhouette   *Silhouette      `json:"silhouette"`        // nil with one cluster, one for each row, or none
	AlignedTo    *int             `json:"aligned_to"`        // the model it is numbered after
	Quality      *Quality         `json:"quality,omitempty"` // nil where it is not defined
	Clusters     []Cluster        `json:"clusters"`          // by number; empty when untrainable
	Spots        []Spot           `json:"spots"`             // the one with the most beyond what is expected first
	SpotsGone    []SpotGone       `json:"spots_gone"`        // of model AlignedTo, those that none continues
}

// Batch names the rows that a model was trained on.
type Batch struct {
	Number     int          `json:"number"`
	SHA256     string       `json:"sha256"`          // of the batch's CSV
	Window     batch.Window `json:"window,omitzero"` // by the calendar
	FirstRow   int64        `json:"first_row"`
	LastRow    int64        `json:"last_row"`
	ChainAfter string       `json:"chain_after"`
	Reported   Reported     `json:"reported"`
}

// Reported are the least and the greatest REPORTED_DATE of a batch.
type Reported struct {
	First string `json:"first"`
	Last  string `json:"last"`
}

// Days is over how many days of 24 hours the batch was reported, 1 at least: those of
// its window when that has closed, else the time between its first and last date.
func (m *Model) Days() float64 {
	if w := m.Batch.Window; w.By.Calendar() && !m.Provisional {
		return float64(w.Days())
	}
	return m.Batch.Reported.Days()
}

// Days is the time between them in days of 24 hours, 1 at least: a date of the
// data has no zone.
func (r Reported) Days() float64 {
	first, ok1 := crime.ParseDate(r.First)
	last, ok2 := crime.ParseDate(r.Last)
	if !ok1 || !ok2 {
		return 1
	}
	return max(1, last.Sub(first).Hours()/24)
}

// Rows counts the rows of the batch: Total is Trained, NoLocation, OutOfArea
// and Repeated together.
type Rows struct {
	Total          int `json:"total"`
	Trained        int `json:"trained"`
	NoLocation     int `json:"no_location"`
	OutOfArea      int `json:"out_of_area"`
	Repeated       int `json:"repeated,omitempty"` // by weight incident: their incident was counted already
	DistinctPlaces int `json:"distinct_places"`    // distinct vectors of the trained rows
}

// Status says how the training ended.
type Status string

// The ends of a training.
const (
	Converged      Status = "converged"
	IterationLimit Status = "iteration_limit"
	Untrainable    Status = "untrainable" // fewer distinct usable places than k: no clusters
)

// Silhouette is the mean silhouette width of the trained rows, -1 to 1.
type Silhouette struct {
	Value float64 `json:"value"`
	Kind  string  `json:"kind"` // "exact" over all pairs, "simplified" to centroids
}

// Quality judges the areas by the indices of kmeans.Indices, rounded; one that
// is not defined is nil.
type Quality struct {
	Explained        *float64 `json:"explained,omitempty"` // share of the sum of squares, 4 decimals
	CalinskiHarabasz *float64 `json:"calinski_harabasz,omitempty"`
	DaviesBouldin    *float64 `json:"davies_bouldin,omitempty"`
}

// Cluster is one cluster and what its rows are like.
type Cluster struct {
	Cluster         int            `json:"cluster"`
	Size            int            `json:"size"`
	Share           float64        `json:"share"`    // of the trained rows
	RadiusM         float64        `json:"radius_m"` // root mean square distance on the ground
	Centroid        Centroid       `json:"centroid"`
	Previous        *Previous      `json:"previous"`      // nil in the first model of a folder and where unmatched
	Hours           [24]float64    `json:"hours"`         // each crime spread over its crime.Span; with 3 decimals
	HoursKnown      int            `json:"hours_known"`   // of crimes whose hour is known
	HoursUnknown    int            `json:"hours_unknown"` // of those that are in no hour
	Weekdays        [7]float64     `json:"weekdays"`      // as Hours, Monday first
	WeekdaysUnknown int            `json:"weekdays_unknown"`
	Categories      []Category     `json:"categories"` // by count descending, then id
	Neighborhoods   []Neighborhood `json:"neighborhoods"`
}

// Centroid is the mean of a cluster's vectors, and its place.
type Centroid struct {
	EastKm  float64   `json:"east_km"`
	NorthKm float64   `json:"north_km"`
	Extra   []float64 `json:"extra"` // the features after east and north
	Lon     float64   `json:"lon"`
	Lat     float64   `json:"lat"`
}

// Previous is the cluster of the model before that this one continues.
type Previous struct {
	Cluster int     `json:"cluster"`
	MovedM  float64 `json:"moved_m"` // between the two centroids, on the ground
}

// Category is an offense category of a cluster or spot.
type Category struct {
	ID    string  `json:"id"`
	Count int     `json:"count"`
	Share float64 `json:"share"` // of its rows
	Lift  float64 `json:"lift"`  // that share over the category's share of the trained rows
}

// Neighborhood is a part of the city that a cluster's rows lie in.
type Neighborhood struct {
	ID    string  `json:"id"`
	Count int     `json:"count"`
	Share float64 `json:"share"` // of the cluster's rows
}

// Dimensions is the length of the vectors that m takes.
func (m *Model) Dimensions() int { return len(m.Features) }

// Centroids returns those of all clusters, k×d row-major.
func (m *Model) Centroids() (all []float64) {
	for i := range m.Clusters {
		all = append(all, m.Clusters[i].Centroid.Vector()...)
	}
	return all
}

// Vector returns the centroid as a new vector, in the order of the features.
func (c *Centroid) Vector() []float64 { return append([]float64{c.EastKm, c.NorthKm}, c.Extra...) }

// Round rounds v to decimals as a model file does: half away from zero, and
// never to -0. v must be finite and small enough that v·10^decimals is exact
// to the unit, which every rounded figure of a model is.
func Round(v float64, decimals int) float64 {
	p := math.Pow10(decimals)
	v = math.Round(v*p) / p
	if v == 0 {
		return 0 // also for -0
	}
	return v
}

// Share is part of whole as a model file writes it, 0 of nothing.
func Share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return Round(float64(part)/float64(whole), 4)
}
