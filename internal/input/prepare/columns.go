package prepare

import (
	"errors"
	"fmt"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/source"
)

// mapping is that of --columns or --city, else the one that knows the header
// that the file has.
func (c Config) mapping(name string, head []byte) (*mapping.Mapping, error) {
	switch {
	case c.Columns != "":
		return mapping.Read(c.Columns)
	case c.City != "":
		return mapping.City(c.City)
	}
	header, err := source.ReadHeader(head, name, source.Format{Tolerant: true}.Recognize(head))
	if err != nil {
		return nil, err
	}
	m := mapping.Recognize(header)
	if m == nil {
		return nil, &source.FileError{File: name, Line: 1, Msg: fmt.Sprintf(
			"no built-in mapping knows this header: %q; hotspot prepare --suggest %s > mapping.yaml prints one, then add --columns mapping.yaml", header, name)}
	}
	return m, nil
}

// reader reads the rows of the input through a mapping, and says in the summary
// what it finds odd and which columns stay empty. It is the mapping's title that
// the rows are called by when nobody else says.
func (r *run) reader(file *source.File, m *mapping.Mapping, head []byte) error {
	row := int64(0)
	in, err := source.NewReaderOf(file, file.Name(), m.Format(head), m.Find, func(rec *crime.Record, texts []string) error {
		row++
		return m.Record(rec, texts, row, r.seen)
	})
	var wrong *source.FileError
	var lacks *source.ColumnsError
	if errors.As(err, &wrong) && errors.As(err, &lacks) {
		wrong.Msg += fmt.Sprintf("; it has %q; mend the mapping, or name the right file with it; below a title, \"header: 2\" in the mapping says the line of the header", lacks.Header)
	}
	if err != nil {
		return err
	}
	r.in = in
	r.summary.Absent = m.Absent(in.Header())
	return nil
}

// Suggest writes a mapping of the raw file at path, for a person to check. Errors
// are those of source.OpenFile and source.NewReaderOf.
func Suggest(path string) (string, error) {
	file, err := source.OpenFile(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	return mapping.Suggest(path, file.Head())
}
