package prepare

import (
	"errors"
	"strings"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/input/mapping"
	"hotspot/internal/source"
)

// reader reads the rows of the input by the columns of its city, and says what
// they are called when nobody else does.
func (c Config) reader(file *source.File) (in *source.Reader, title string, err error) {
	var m *mapping.Mapping
	title = "untitled"
	switch {
	case c.City == Chicago:
		m, title = mapping.Chicago(), "Chicago crime"
	case c.Columns != "":
		if m, err = mapping.Read(c.Columns); err != nil {
			return nil, "", err
		}
	default:
		return c.ownColumns(file)
	}
	at := map[string]int{}
	for i, name := range m.Names() {
		at[name] = i
	}
	in, err = source.NewReaderOf(file, file.Name(), source.Format{}, func(h source.Header) ([]int, error) { return h.Find(m.Names()) }, func(rec *crime.Record, texts []string) (err error) {
		*rec, err = m.Record(func(name string) string { return texts[at[name]] })
		return err
	})
	return in, title, hint(err, func(header source.Header) string {
		return "it has " + strings.Join(header, ", ") + "; mend the mapping, or name the right file with it"
	})
}

// ownColumns is reader for the city's raw file, and for a prepared one.
func (c Config) ownColumns(file *source.File) (in *source.Reader, title string, err error) {
	raw := false
	in, err = source.NewReaderOf(file, file.Name(), source.Format{}, func(h source.Header) ([]int, error) { return h.Find(crime.Columns[:]) }, func(rec *crime.Record, texts []string) error {
		copy(rec.Text[:], texts)
		if err := isoDates(&rec.Text, raw); err != nil {
			return err
		}
		return rec.Parse()
	})
	if err != nil {
		return nil, "", hint(err, func(source.Header) string { return "another city's file needs --city chicago or --columns FILE" })
	}
	raw = in.Header().IsRaw()
	if in.Header().IsCity() {
		return in, "Denver crime", nil
	}
	return in, "untitled", nil
}

// hint adds to an error about missing columns what to do.
func hint(err error, advice func(source.Header) string) error {
	var file *source.FileError
	var lacks *source.ColumnsError
	if errors.As(err, &file) && errors.As(err, &lacks) {
		file.Msg += "; " + advice(lacks.Header)
	}
	return err
}

// isoDates rewrites both dates of a row from the city's form. In the city's raw
// file an ISO date is a fault; a file with other columns may have either form.
func isoDates(text *[crime.NumColumns]string, raw bool) error {
	for _, c := range [...]int{crime.ColFirstOccurrence, crime.ColReported} {
		if iso, ok := cityDate(text[c]); ok {
			text[c] = iso
		} else if raw && text[c] != "" {
			return &crime.FieldError{Column: crime.Columns[c], Reason: crime.NotADate}
		}
	}
	return nil
}

// cityDate rewrites M/D/YYYY h:mm:ss AM|PM as 2006-01-02T15:04:05; the seconds
// may be missing. The hour is 1 to 12, or 0 for midnight (0:00:00 AM).
func cityDate(s string) (iso string, ok bool) {
	_, clock, _ := strings.Cut(s, " ")
	if strings.Count(clock, " ") != 1 || strings.ContainsAny(s, ".,") {
		return "", false // package time skips spaces and takes fractions
	}
	for _, layout := range []string{"1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM"} {
		t, err := time.Parse(layout, s)
		if err == nil && (t.Hour() != 12 || strings.HasPrefix(clock, "12")) { // 0:00 PM is no time
			return t.Format(crime.DateForm), true
		}
	}
	return "", false
}
