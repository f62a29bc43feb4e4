package train

import (
	"os"
	"testing"

	"hotspot/internal/kmeans"
)

// AddEngine adds an engine for the time of a test.
func AddEngine(t *testing.T, name string, fit func(p *kmeans.Points, c kmeans.Config) (*kmeans.Result, error)) {
	before := engines
	engines = append(engines[:len(engines):len(engines)], engine{name, false, fit})
	t.Cleanup(func() { engines = before })
}

// Rows is how many rows were accepted, with a usable place or without.
func (d *Data) Rows() int { return d.manifest.Rows }

// Engines lists the names of the engines, the default first.
func Engines() (names []string) {
	for _, e := range engines {
		names = append(names, e.name)
	}
	return names
}

// Spilled is how many bytes lie in the file of m.
func (m *Memory) Spilled() int64 { return m.size }

// SpillTo makes file that of m.
func (m *Memory) SpillTo(file *os.File) { m.file = file }
