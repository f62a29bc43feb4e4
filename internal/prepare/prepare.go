// Package prepare turns the city's raw file into a prepared one: 16 columns,
// dates in ISO 8601, in order of time, with a sidecar that says what it is.
package prepare

import (
	"context"

	"hotspot/internal/crime"
)

// Config says what to read and what to write.
type Config struct {
	Input    string                  // the raw file, plain or gzip; "-" is the standard input
	Output   string                  // the prepared file; its sidecar and rejects lie beside it
	Order    string                  // "time" (default) or "file"
	Title    string                  // "" takes the input's sidecar, else what the header tells
	Progress func(done, total int64) // bytes of the input, total 0 when unknown; may be nil
}

// Summary is what a run did.
type Summary struct {
	Title       string
	Read        int64 // rows found
	Kept        int64
	Rejected    []Count // by reason, in the order of crime.Reasons
	NoLocation  int64   // kept, both coordinates empty
	OutOfArea   int64   // kept, outside the bounds
	First, Last string  // least and greatest REPORTED_DATE, "" without rows
}

// Count is how many rows were rejected for one reason.
type Count struct {
	Reason crime.Reason
	Rows   int64
}

// Run prepares the input.
func Run(ctx context.Context, c Config) (Summary, error) { panic("soon") }
