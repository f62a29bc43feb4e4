package batch

import (
	"errors"
	"fmt"
	"io/fs"

	"hotspot/internal/platform/durable"
)

// ErrNotFound says that there is no such batch.
var ErrNotFound = errors.New("no such batch")

// The reasons of a CorruptError.
const (
	ReasonMissing    = "missing"     // the file is not there
	ReasonNotRegular = "not_regular" // a folder, link, pipe or device
	ReasonTooLarge   = "too_large"   // longer than any such file can be
	ReasonFormat     = "format"      // not of this kind and version
	ReasonJSON       = "json"        // not JSON, or with unknown, doubled or ill-typed members
	ReasonNumbers    = "numbers"     // the members contradict each other
	ReasonForm       = "form"        // not byte for byte as it would be written
	ReasonName       = "name"        // the manifest of another batch
	ReasonSettings   = "settings"    // batch_size, title, invented or area of another folder
	ReasonChain      = "chain"       // does not continue the batch before
	ReasonSize       = "csv_size"    // the CSV is not as long as the manifest says
	ReasonSHA256     = "csv_sha256"  // the CSV is not the one of the manifest
)

// CorruptError names a file that cannot be what was written there.
type CorruptError struct {
	File   string // its name in the folder; empty from DecodeManifest
	Reason string // one of the Reason constants
	Detail string // for people
}

func (e *CorruptError) Error() string {
	name := e.File
	if name == "" {
		name = "manifest"
	}
	return fmt.Sprintf("batch: %s is corrupt (%s): %s", name, e.Reason, e.Detail)
}

// corrupt is the error for the file name, "" for a manifest without one.
func corrupt(name, reason, format string, a ...any) *CorruptError {
	return &CorruptError{File: name, Reason: reason, Detail: fmt.Sprintf(format, a...)}
}

// unread is the error for a file that could not be read: a *CorruptError when
// reading it again would not help.
func unread(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return corrupt(name, ReasonMissing, "%v", err)
	case errors.Is(err, durable.ErrNotRegular):
		return corrupt(name, ReasonNotRegular, "%v", err)
	case errors.Is(err, durable.ErrTooLarge):
		return corrupt(name, ReasonTooLarge, "%v", err)
	}
	return fmt.Errorf("batch: %w", err)
}
