package api

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
)

// openName is the file with the consumer's status.
const openName = "open.json"

// maxOpenBytes is more than 200 recent rows take.
const maxOpenBytes = 1 << 20

// openStatus is what answers say of the open batch. Nothing is decided by it.
// Without a file it is of batch 0 with no rows and the state "unknown".
type openStatus struct {
	openFile
	data    []byte  // the file as /events shows it, nil without one
	refused refusal // of the file as it is now; the rest is then of an older one
}

// openFile is open.json, member by member.
type openFile struct {
	Format      string         `json:"format"`
	Title       string         `json:"title"`
	Invented    bool           `json:"invented"`
	Batch       int            `json:"batch"`
	FirstRow    int64          `json:"first_row"`
	Rows        int            `json:"rows"`
	BatchSize   int            `json:"batch_size"`
	State       string         `json:"state"`
	Detail      string         `json:"detail"`
	Training    *int           `json:"training"`
	Reported    model.Reported `json:"reported"`
	Lag         int64          `json:"lag"`
	Duplicates  int64          `json:"duplicates"`
	DeadLetters int64          `json:"dead_letters"`
	Recent      []recent       `json:"recent"`
}

// recent is one of the last rows: [row, lon|null, lat|null, category].
type recent struct {
	row      int64
	lon, lat *float64
	category string
}

func (r *recent) UnmarshalJSON(data []byte) error {
	list := []any{&r.row, &r.lon, &r.lat, &r.category}
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list) != 4 {
		return errors.New("want 4 elements")
	}
	return nil
}

func (r recent) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{r.row, r.lon, r.lat, r.category})
}

var unknownOpen = openStatus{openFile: openFile{State: "unknown"}}

// readOpen reads the status. When the file cannot be taken, old stays, with
// the reason.
func readOpen(dir *durable.Folder, old openStatus, shown places) openStatus {
	refuse := func(reason string) openStatus {
		old.refused = refusal{openName, reason}
		return old
	}
	data, err := dir.Read(openName, maxOpenBytes)
	switch {
	case errors.Is(err, durable.ErrNotRegular):
		return refuse("file")
	case errors.Is(err, durable.ErrTooLarge):
		return refuse("size")
	case err != nil:
		return refuse(reasonUnreadable)
	}
	var o openFile
	switch err := json.Unmarshal(data, &o); {
	case err != nil || !utf8.Valid(data):
		return refuse("json")
	case o.Format != "hotspot.open/1":
		return refuse("format")
	case o.Batch < 1 || o.Rows < 0 || o.BatchSize < 1:
		return refuse("numbers")
	}
	if o.Recent == nil {
		o.Recent = []recent{}
	}
	for _, r := range o.Recent {
		if r.lon != nil && r.lat != nil {
			*r.lon, *r.lat = shown.degrees(*r.lon), shown.degrees(*r.lat)
		}
	}
	o.Detail = withoutPaths(o.Detail)
	return openStatus{openFile: o, data: encode(o)}
}

// withoutPaths puts file for each word that may be a path: the reasons of the
// consumer are for its log, too, and where the folder lies is nobody's
// business who only reads the api.
func withoutPaths(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		if strings.ContainsAny(word, `/\`) {
			words[i] = "file"
			if strings.HasSuffix(word, ":") {
				words[i] += ":"
			}
		}
	}
	return strings.Join(words, " ")
}
