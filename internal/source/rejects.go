package source

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
)

// RejectsPath is where the rejected rows of a file are written when no other
// path is given.
func RejectsPath(csv string) string { return csv + ".rejects.csv" }

// rejectsHeader is the first line of a file of rejected rows.
const rejectsHeader = "line,byte_offset,reason,column,raw_base64\n"

// CheckRejects returns a durable.OutputError when rejected rows cannot be
// written to path: it is one of the inputs, or holds something else than the
// rejected rows of an earlier pass.
func CheckRejects(path string, inputs ...string) error {
	if path == "" || path == os.DevNull {
		return nil
	}
	return durable.CheckOwn(path, rejectsHeader, inputs...)
}

// Rejects writes the rejected rows of one pass over a file: a CSV of line,
// byte_offset, reason, column and raw_base64. Each pass writes it whole, and a
// pass without rejects leaves no file, also not that of an earlier one. It may
// be used concurrently.
type Rejects struct {
	path string

	mu    sync.Mutex
	draft *durable.Draft // nil before the first reject
	done  bool
}

// NewRejects prepares the file at path. "" and the null device stand for none.
func NewRejects(path string) *Rejects {
	return &Rejects{path: path, done: path == "" || path == os.DevNull}
}

// Add writes a row that was rejected. After Publish and Close it does nothing.
// The error is a usage error when the file cannot be made.
func (r *Rejects) Add(e *RowError) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done {
		return nil
	}
	if r.draft == nil {
		var err error
		if r.draft, err = durable.Create(r.path); err != nil {
			return usage.Wrap(err)
		}
		r.draft.Write([]byte(rejectsHeader)) //nolint:errcheck // the error comes back
	}
	_, err := fmt.Fprintf(r.draft, "%d,%d,%s,%s,%s\n", e.Line, e.Offset, string(e.Reason), e.Column, base64.StdEncoding.EncodeToString(e.Raw))
	return err
}

// Publish ends the pass: it puts the file at its path, or removes what is there
// when no row was rejected.
func (r *Rejects) Publish() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done {
		return nil
	}
	r.done = true
	if r.draft != nil {
		return r.draft.Publish()
	}
	if err := CheckRejects(r.path); err != nil {
		return err
	}
	if err := os.Remove(r.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("source: remove the rejected rows of an earlier pass: %w", err)
	}
	return nil
}

// Close drops what Publish has not published.
func (r *Rejects) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done = true
	if r.draft != nil {
		r.draft.Close()
	}
}
