package catalog

import (
	"errors"
	"fmt"
	"time"
)

// What a View answers when it does not have what is asked for.
var (
	ErrNotFound = errors.New("not found")                            // there is no such model or crime
	ErrGone     = errors.New("the model is no longer served")        // Options.KeepModels
	ErrNoModels = errors.New("no model has been trained yet")        // of any batch
	errRows     = errors.New("not the rows that the manifest names") // in a CSV with the right digest
)

// LoadingError says that the answer depends on batches whose rows are still
// being read.
type LoadingError struct {
	What string // what is being read, in the plural; "" is the folder as a whole
	Left int    // batches that are left
}

func (e *LoadingError) Error() string {
	switch {
	case e.What == "":
		return "The folder is being read"
	case e.Left == 1:
		return e.What + " are still being read, 1 batch is left"
	}
	return fmt.Sprintf("%s are still being read, %d batches are left", e.What, e.Left)
}

// FolderError says that the folder cannot be read now. Its text names no path.
type FolderError struct {
	Why   string    // the system's reason (durable.Why)
	Since time.Time // when that was seen first
}

func (e *FolderError) Error() string { return "The folder of --dir cannot be read: " + e.Why }
