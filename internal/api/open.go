package api

import (
	"encoding/json"
	"errors"
	"unicode/utf8"

	"hotspot/internal/durable"
)

// openName is the file with the consumer's status.
const openName = "open.json"

// maxOpenBytes is more than 200 recent rows take.
const maxOpenBytes = 1 << 20

// openStatus is what answers say of the open batch. Nothing is decided by it.
// Without a file it is of batch 0 with no rows and the state "unknown".
type openStatus struct {
	Batch     int    `json:"batch"`
	Rows      int    `json:"rows"`
	BatchSize int    `json:"batch_size"`
	State     string `json:"state"`
	Detail    string `json:"detail"`

	refused refusal // of the file as it is now; the rest is then of an older one
}

var unknownOpen = openStatus{State: "unknown"}

// readOpen reads the status. When the file cannot be taken, old stays, with
// the reason.
func readOpen(dir *durable.Folder, old openStatus) openStatus {
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
	var o struct {
		Format string `json:"format"`
		openStatus
	}
	switch err := json.Unmarshal(data, &o); {
	case err != nil || !utf8.Valid(data):
		return refuse("json")
	case o.Format != "hotspot.open/1":
		return refuse("format")
	case o.Batch < 1 || o.Rows < 0 || o.BatchSize < 1:
		return refuse("numbers")
	}
	return o.openStatus
}
