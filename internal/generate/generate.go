// Package generate writes the crimes of an invented city: a prepared file of
// any length that is the same on every machine.
package generate

import (
	"context"
	"io"
)

// Config says how much of which city to write.
type Config struct {
	Output   string
	Rows     int    // 0 means 15,000
	Seed     uint64 // 0 means 1
	Raw      bool   // the city's raw form, with its dirt
	Progress func(done, total int64)
}

// Summary is what was written.
type Summary struct {
	Title       string
	Rows        int64
	NoLocation  int64
	OutOfArea   int64
	First, Last string // least and greatest REPORTED_DATE
}

// Run writes c.Output and its sidecar, whole or not at all.
func Run(ctx context.Context, c Config) (Summary, error) { panic("soon") }

// Write writes the file alone to w.
func Write(ctx context.Context, w io.Writer, c Config) (Summary, error) { panic("soon") }
