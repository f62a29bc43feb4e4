package source

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"hotspot/internal/crime"
)

// Foreign makes a record of a row of another schema; field gives the text of
// a field by its name. A *FieldError says which of Columns has no usable text.
type Foreign func(field func(name string) string) (crime.Record, error)

// NewForeignReader is NewReader for a file of another schema: names are those
// of its fields that record asks for. A header that lacks one of them, or has
// it twice, is a *FileError. A row may lack fields at its end that are not
// asked for.
func NewForeignReader(r io.Reader, name string, names []string, record Foreign) (*Reader, error) {
	cr, err := newReader(r, name)
	if err != nil {
		return nil, err
	}
	cr.foreign, cr.fields = record, make(map[string]int, len(names))
	var missing []string
	for _, n := range names {
		at := slices.Index(cr.header.Names, n)
		switch {
		case at < 0:
			missing = append(missing, n)
		case slices.Contains(cr.header.Names[at+1:], n):
			return nil, &FileError{File: name, Line: cr.Line(), Msg: fmt.Sprintf("the header has %q twice; rename one", n)}
		}
		cr.fields[n], cr.need = at, max(cr.need, at+1)
	}
	if missing != nil {
		return nil, &FileError{File: name, Line: cr.Line(), Msg: fmt.Sprintf(
			"the header lacks %s, which the mapping names; it has %s; mend the mapping, or name the right file with it",
			strings.Join(missing, ", "), strings.Join(cr.header.Names, ", "))}
	}
	return cr, nil
}

// parseForeign makes a record of the fields that s has found.
func (r *Reader) parseForeign(rec *crime.Record) error {
	s := r.s
	text := string(s.text)
	var err error
	*rec, err = r.foreign(func(name string) string {
		i := r.fields[name]
		return text[s.spans[i][0]:s.spans[i][1]]
	})
	var field *crime.FieldError
	if errors.As(err, &field) {
		return s.Reject(field.Reason, field.Column)
	}
	return err
}
