package api

import (
	"errors"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
)

// openStatus is what answers say of the open batch. Nothing is decided by it.
// Without a file it is of batch 0 with no rows and the state "unknown".
type openStatus struct {
	batch.Status
	data    []byte  // the file as /events shows it, nil without one
	refused refusal // of the file as it is now; the rest is then of an older one
}

var unknownOpen = openStatus{Status: batch.Status{State: "unknown"}}

// readOpen reads the status. When the file cannot be taken, old stays, with
// the reason.
func readOpen(dir *durable.Folder, old openStatus, shown places) openStatus {
	o, err := batch.OpenFolder(dir).Status()
	if corrupt := (*batch.CorruptError)(nil); errors.As(err, &corrupt) {
		old.refused = refusal{batch.StatusName, corrupt.Reason}
		return old
	}
	if err != nil {
		old.refused = refusal{batch.StatusName, reasonUnreadable}
		return old
	}
	for i := range o.Recent {
		if r := &o.Recent[i]; r.Located {
			r.Lon, r.Lat = shown.degrees(r.Lon), shown.degrees(r.Lat)
		}
	}
	o.Detail = withoutPaths(o.Detail)
	return openStatus{Status: *o, data: o.Encode()}
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
