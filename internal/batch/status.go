package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// StatusName is the file that says how far the open batch is and what the
// consumer does. Nothing is decided by it, and it may be lost.
const StatusName = "open.json"

// statusFormat is the first member of the file.
const statusFormat = "hotspot.open/2"

// maxStatusBytes is more than 200 recent rows take.
const maxStatusBytes = 1 << 20

// State is what the consumer does now.
type State string

// The states (docs/formats.md).
const (
	Reading    State = "reading"     // rows are coming
	Waiting    State = "waiting"     // all that the topic holds was read, or there is no topic yet
	BrokerAway State = "broker_away" // the broker does not answer; it is asked again
	DiskFails  State = "disk"        // a write failed; it is tried again
	Halted     State = "halted"      // the rows do not go on; a person has to decide
	Stopped    State = "stopped"     // ended as asked
	TopicGone  State = "topic_gone"  // the topic that rows came from is not there any longer
	Unusable   State = "unusable"    // messages come, and nothing can be made of them
	Lost       State = "lost"        // a reader's word, never written: it wrote another state and nobody holds the lock
)

// Runs reports whether the consumer that wrote s was to go on.
func (s State) Runs() bool { return s != Halted && s != Stopped && s != Lost }

// Status is the content of StatusName.
type Status struct {
	Format string `json:"format"` // set by Encode
	Source
	Batch       int      `json:"batch"` // number of the open batch
	FirstRow    int64    `json:"first_row"`
	Rows        int      `json:"rows"`            // in the open batch
	BatchSize   int      `json:"batch_size"`      // 0 by the calendar
	Window      Window   `json:"window,omitzero"` // by the calendar, of the open batch; zero before the first row
	State       State    `json:"state"`
	Detail      string   `json:"detail"`   // why State is so, for people
	Training    *int     `json:"training"` // the model that is being trained, nil when none is
	Reported    Span     `json:"reported"`
	Lag         int64    `json:"lag"`        // messages in the topic that were not read yet
	Duplicates  int64    `json:"duplicates"` // since the newest committed batch, as DeadLetters
	DeadLetters int64    `json:"dead_letters"`
	Recent      []Recent `json:"recent"` // the newest rows, at most 200
}

// Recent is one of the newest rows: [row, lon|null, lat|null, category].
type Recent struct {
	Row      int64
	Located  bool
	Lon, Lat float64 // degrees, when Located
	Category string  // of the offense
}

// MarshalJSON writes a list of four.
func (r Recent) MarshalJSON() ([]byte, error) {
	if !r.Located {
		return json.Marshal([]any{r.Row, nil, nil, r.Category})
	}
	return json.Marshal([]any{r.Row, r.Lon, r.Lat, r.Category})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Recent) UnmarshalJSON(data []byte) error {
	var lon, lat *float64
	list := []any{&r.Row, &lon, &lat, &r.Category}
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list) != 4 || (lon == nil) != (lat == nil) {
		return errors.New("want [row, lon, lat, category], both degrees or none")
	}
	if r.Located = lon != nil; r.Located {
		r.Lon, r.Lat = *lon, *lat
	}
	return nil
}

// Encode returns the file: one line.
func (s Status) Encode() []byte {
	s.Format = statusFormat
	if s.Recent == nil {
		s.Recent = []Recent{}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // strings and numbers cannot fail
	}
	return b.Bytes()
}

// Status reads the status of the open batch. The error is a *CorruptError when
// there is none (ReasonMissing) or when it cannot be what a consumer wrote.
func (f *Folder) Status() (*Status, error) {
	data, err := f.d.Read(StatusName, maxStatusBytes)
	if err != nil {
		return nil, unread(StatusName, err)
	}
	var s Status
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, corrupt(StatusName, ReasonJSON, "%s", brief(err))
	}
	switch {
	case !utf8.Valid(data):
		return nil, corrupt(StatusName, ReasonJSON, "not UTF-8")
	case s.Format != statusFormat:
		return nil, corrupt(StatusName, ReasonFormat, "format %.80q, want %q", s.Format, statusFormat)
	case s.Batch < 1 || s.Rows < 0 || s.BatchSize < 0 || s.Window.Check(max(0, s.Rows)) != nil:
		return nil, corrupt(StatusName, ReasonNumbers, "batch %d with %d of %d rows", s.Batch, s.Rows, s.BatchSize)
	}
	return &s, nil
}
