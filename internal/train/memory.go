package train

import (
	"cmp"
	"fmt"
	"os"

	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
)

// Memory bounds what trainings hold of their rows, all those that read with the same
// one together. Rows that are more lie in one file that ends with Close or with the
// process. Its zero value has the defaults. It is not for concurrent use.
type Memory struct {
	Limit  int    `name:"memory" default:"1024" help:"MiB of memory for the rows that a training reads. Those that are more lie in a temporary file; the distinct places must fit."`
	TmpDir string `name:"tmp-dir" placeholder:"DIR" help:"Folder of that temporary file, of about 10 bytes a row. The default is the system's."`

	held    int64 // bytes, of Data that are read, without their details
	details []*details
	file    *os.File // nil while all fits in memory
	size    int64    // bytes of file
}

// Close gives the file back to the system. Data that were read with m can then not
// be trained on.
func (m *Memory) Close() error {
	if m.file == nil {
		return nil
	}
	return m.file.Close()
}

// limit is that of memory in bytes.
func (m *Memory) limit() int64 { return int64(cmp.Or(m.Limit, 1024)) << 20 }

// spill appends piece to the file.
func (m *Memory) spill(piece []byte) (err error) {
	dir := cmp.Or(m.TmpDir, os.TempDir())
	if m.file == nil {
		m.file, err = durable.Scratch(dir)
	}
	if err == nil {
		_, err = m.file.WriteAt(piece, m.size)
	}
	if err != nil {
		return fmt.Errorf("--tmp-dir %s: %s; it takes the rows beyond --memory %d (MiB): name a folder with room, or give a greater --memory", dir, durable.Why(err), m.limit()>>20)
	}
	m.size += int64(len(piece))
	return nil
}

// newDetails are those of other rows.
func (m *Memory) newDetails() *details {
	d := &details{memory: m}
	m.details = append(m.details, d)
	return d
}

// makeRoom sees to it that there is room for another piece of details of r.
func (m *Memory) makeRoom(r *rows) error {
	places := m.held + r.bytes()
	if places > m.limit() {
		return usage.Errorf("%d distinct places among the first %d rows do not fit in --memory %d (MiB); give a greater one, or fewer rows", len(r.places.rows), r.n, m.limit()>>20)
	}
	pieces := 1
	for _, d := range m.details {
		pieces += len(d.pieces)
	}
	if places+int64(pieces)*pieceBytes <= m.limit() {
		return nil
	}
	for _, d := range m.details {
		if err := d.spill(); err != nil {
			return err
		}
	}
	return nil
}
