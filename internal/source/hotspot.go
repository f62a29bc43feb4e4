package source

import "hotspot/internal/crime"

// HotSpot is one that was planted in an invented city, for as long as it stayed
// where it was: the truth that a model can be measured by. Its crimes lie at
// addresses within RadiusM of Center, more of them near it.
type HotSpot struct {
	ID       int         `json:"id"` // kept when it moves
	Center   crime.Place `json:"center"`
	RadiusM  int         `json:"radius_m"`
	Share    float64     `json:"share"`     // of the incidents of these rows
	Category string      `json:"category"`  // OFFENSE_CATEGORY_ID of more than half of its crimes
	FirstRow int64       `json:"first_row"` // of the city, 1 for the first
	LastRow  int64       `json:"last_row"`
	Began    Change      `json:"began"` // there, appeared, moved
	Ended    Change      `json:"ended"` // there, vanished, moved
}

// Change is how a hot spot began or ended.
type Change string

// The changes. There means at the first row of the city, or still at its last.
const (
	There    Change = "there"
	Appeared Change = "appeared"
	Moved    Change = "moved"
	Vanished Change = "vanished"
)
