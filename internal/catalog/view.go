package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
)

// View is one state of a folder. It is immutable: who holds one sees the same
// state whatever is published meanwhile. Its slices must not be changed.
type View struct {
	Generation string // 16 hex digits, the same for the same files
	batch.Source
	BatchSize int // 0 before the first row, and by the calendar

	First   int      // number of the first batch and model: 1, or that of a folder that begins later (consumer --from-row)
	Batches []*Batch // First, First+1, …; the last one is perhaps provisional
	Models  []*Model // the same, as far as there are models; also those that are no longer served
	Oldest  int      // number of the oldest model that is served

	Unread  int           // batches of which only the manifest has been read so far
	Missing []int         // numbers of batches whose model is not served
	Refused []Refusal     // sorted by file
	Status  *batch.Status // of the open batch; the state is "unknown" without a file, batch.Lost without a consumer
	Outage  *FolderError  // why the folder cannot be read now; v is what it held before. nil when it can

	full      int   // batches that are full: all, or all but the last
	committed index // of the rows of full batches
	index     index // of all rows
	backdrop  func() *Backdrop
	replaced  chan struct{}
}

// Refusal is a file that was not taken, and the reason: one word, and for
// "unreadable" the system's reason after it.
type Refusal struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// The reasons beside those of packages batch and model.
const (
	reasonRows       = "rows"       // the CSV is that of the manifest but holds no such rows
	reasonBatch      = "batch"      // the model is not of the batch that is there
	reasonUnreadable = "unreadable" // the system does not let it be read
)

var (
	unknownStatus = &batch.Status{State: "unknown"}
	emptyView     = &View{First: 1, Oldest: 1, Status: unknownStatus}
)

// Replaced is closed when another view has taken the place of v.
func (v *View) Replaced() <-chan struct{} { return v.replaced }

// loaded reports whether v is of a folder that was read, now or before.
func (v *View) loaded() bool { return v.Generation != "" }

// withOutage is v, or v as it is shown while the folder cannot be read.
func (v *View) withOutage(why string) *View {
	if v.Outage != nil && v.Outage.Why == why {
		return v
	}
	t := *v
	t.Outage, t.replaced = &FolderError{why, time.Now()}, make(chan struct{})
	if v.Outage != nil {
		t.Outage.Since = v.Outage.Since
	}
	return &t
}

// MaskedM is below how many meters distances mean nothing, as the city moved its
// points before it published them; 0 when it did not.
func (v *View) MaskedM() int {
	a, _ := crime.ParseArea(v.Area) // none without a batch
	return a.MaskedM
}

// Served are the models that answer, from the oldest on.
func (v *View) Served() []*Model { return v.Models[v.Oldest-v.First:] }

// Newest is the number of the newest model of a full batch, 0 when there is
// none.
func (v *View) Newest() int {
	if n := min(len(v.Models), v.full); n > 0 {
		return v.First - 1 + n
	}
	return 0
}

// LastModel is the number of the last model, provisional or not, and First-1
// when there is none.
func (v *View) LastModel() int { return v.First - 1 + len(v.Models) }

// Model returns model n. The error is ErrNoModels, ErrNotFound or ErrGone. Where
// RefusedError is one, a file that is there may be why.
func (v *View) Model(n int) (*Model, error) {
	switch {
	case len(v.Models) == 0:
		return nil, ErrNoModels
	case n < v.First, n > v.LastModel():
		return nil, ErrNotFound
	case n < v.Oldest:
		return nil, ErrGone
	}
	return v.Models[n-v.First], nil
}

// RefusedError says that a file is refused, nil when none is.
func (v *View) RefusedError() error {
	if len(v.Refused) == 0 {
		return nil
	}
	return fmt.Errorf("%s is refused (%s); hotspot verify says more", v.Refused[0].File, v.Refused[0].Reason)
}

// Rows returns the batch that m, a model of v, was trained on. The error is a
// *LoadingError.
func (v *View) Rows(m *Model) (*Batch, error) {
	b := v.Batches[m.Batch.Number-v.First]
	if !b.Read() {
		return nil, v.Loading("The rows of batch " + strconv.Itoa(m.Batch.Number))
	}
	return b, nil
}

// Crime returns the rows of an incident, in their order. While batches are
// being read they are those that are known so far. Without any, the error is
// ErrNotFound or a *LoadingError.
func (v *View) Crime(incident int64) ([]Row, error) {
	rows := v.index.find(nil, incident)
	if len(rows) == 0 {
		return nil, v.unknown()
	}
	return rows, nil
}

// ByCityID returns the crimes that the city itself calls id, each once, in the
// order of their numbers. Without any, the error is that of Crime.
func (v *View) ByCityID(id string) ([]int64, error) {
	var found []int64
	for _, b := range v.Batches {
		for _, c := range b.cityIDs {
			if c.text == id {
				found = append(found, c.incident)
			}
		}
	}
	if len(found) == 0 {
		return nil, v.unknown()
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// unknown is the error of a crime that no batch has, as far as they were read.
func (v *View) unknown() error {
	if v.Unread > 0 {
		return v.Loading("Batches")
	}
	return ErrNotFound
}

// Loading is the error of what depends on batches that are not read yet. what
// is in the plural.
func (v *View) Loading(what string) error { return &LoadingError{what, v.Unread} }

// Waiting is the number of rows that are in no batch yet.
func (v *View) Waiting() int {
	if v.Status.Batch < v.First+v.full {
		return 0 // the status is older than the newest batch
	}
	return v.Status.Rows
}

// Continues reports whether v shows all batches and models of old, and perhaps
// more.
func (v *View) Continues(old *View) bool {
	return old.First == v.First && old.Oldest <= v.Oldest && begins(v.Batches, old.Batches) && begins(v.Models, old.Models)
}

// begins reports whether all begins with first.
func begins[T comparable](all, first []T) bool {
	return len(first) <= len(all) && slices.Equal(first, all[:len(first)])
}
