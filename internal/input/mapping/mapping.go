// Package mapping says how somebody else's rows become ours: in what form their
// file is, which of their fields is which of our columns, and how they write an
// id, a date and a place.
//
// It stands before crime: prepare reads files through it, the consumer reads
// topics that our producer did not fill. It knows neither of them: a row is the
// texts of the fields that a mapping asks for. What it makes is judged by
// crime.Parse, as every other row.
package mapping

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Mapping is a mapping file that was checked. It may be used concurrently.
type Mapping struct {
	Title  string // what it calls the data, "" for nothing
	City   string // of a built-in one: what --city calls it
	Zone   string // the time zone of the dates, "" when nothing says it
	Strict bool   // the rows have our columns and are taken as they are, so that a fault in any column rejects the row

	format    source.Format
	recognize []string // the names that a header of this form has
	fields    []string // that it asks for, each once
	columns   [crime.NumColumns]column
	point     int // the field with both coordinates, -1 for none
	comma     bool
	empty     map[string]bool // texts that stand for no value, in lower case
	dates     dates
}

// column says what fills one of our columns. Several fields are joined by a
// space. The zero value leaves it empty.
type column struct {
	from, otherwise []int // of Mapping.fields; otherwise where from is empty
	constant        string
	id              string // how an id is made: integer, digits, hash, row
	hour            []int  // of a date: a field with its hour, 0 to 23
}

// unknown are the texts that stand for no value when a mapping names none.
var unknown = []string{"nan", "na", "n/a", "null", "(null)", "none", "-", "unknown"}

// dateColumns are those of ours that hold a date.
var dateColumns = []int{crime.ColFirstOccurrence, crime.ColLastOccurrence, crime.ColReported}

// Format is the form of a file that begins with head.
func (m *Mapping) Format(head []byte) source.Format {
	if m.Strict {
		return m.format
	}
	return m.format.Recognize(head)
}

// Numbered says that ids are the numbers of rows, so a row has another one in
// another file.
func (m *Mapping) Numbered() bool { return m.columns[crime.ColIncidentID].id == "row" }

// Find says where in a header the fields stand, as source.NewReaderOf wants it.
// Of a built-in mapping a field may be absent, unless it is that of the incident's
// id or of the date of the report.
func (m *Mapping) Find(h source.Header) ([]int, error) {
	needed := slices.Concat(m.columns[crime.ColIncidentID].from, m.columns[crime.ColReported].from)
	var optional []string
	for i, name := range m.fields {
		if m.City != "" && !slices.Contains(needed, i) || m.Strict && slices.Contains(crime.Optional, name) {
			optional = append(optional, name)
		}
	}
	return h.Find(m.fields, optional...)
}

// Absent are our columns that no field fills in a file with this header.
func (m *Mapping) Absent(h source.Header) (names []string) {
	at, _ := m.Find(h)
	there := func(field int) bool { return at[field] >= 0 }
	filled := func(c int) bool {
		col := m.columns[c]
		return col.constant != "" || col.id == "row" || slices.ContainsFunc(slices.Concat(col.from, col.otherwise), there)
	}
	for c, name := range crime.Columns {
		switch {
		case filled(c), slices.Contains(crime.Optional, name), c == crime.ColOffenseID:
		case c == crime.ColReported && filled(crime.ColFirstOccurrence):
		case (c == crime.ColGeoLon || c == crime.ColGeoLat) && m.point >= 0 && there(m.point):
		default:
			names = append(names, name)
		}
	}
	return names
}

// Names are the fields that the mapping asks for, each once, in the order in which
// Record wants their texts.
func (m *Mapping) Names() []string { return m.fields }

// Record fills rec from the texts of the mapping's fields, which it may change. row
// is the number of their row, for ids that are made of it; seen, which may be nil,
// takes what is odd in it. A *crime.FieldError says which of our columns makes the
// row unusable: an id, a date of the report, or any fault of a strict mapping; the
// texts stand also then. A fault elsewhere leaves its column empty.
func (m *Mapping) Record(rec *crime.Record, texts []string, row int64, seen *Seen) error {
	if !m.Strict {
		for i, s := range texts {
			texts[i] = strings.TrimSpace(s)
			if m.empty[strings.ToLower(texts[i])] {
				seen.add(m.fields[i]+": words for an unknown value", texts[i], ": empty")
				texts[i] = ""
			}
		}
	}
	text := &rec.Text
	for c := range m.columns {
		text[c], _ = m.columns[c].text(texts)
	}
	if err := m.setDates(text, texts, seen); err != nil {
		return err
	}
	if m.Strict {
		return rec.Parse()
	}
	for _, c := range [...]int{crime.ColIncidentID, crime.ColOffenseID, crime.ColIsCrime, crime.ColIsTraffic, crime.ColVictimCount} {
		text[c] = strings.TrimSuffix(text[c], ".0") // of a table that was once floats
	}
	m.setIDs(text, row, seen)
	m.setPlace(text, texts, seen)
	for {
		err := rec.Parse()
		var fault *crime.FieldError
		if !errors.As(err, &fault) || !drop(text, fault, seen) {
			return err
		}
	}
}

// text joins what the texts of its fields are, and says which fields they were.
func (c *column) text(texts []string) (s string, fields []int) {
	for _, fields := range [...][]int{c.from, c.otherwise} {
		for _, i := range fields {
			if texts[i] != "" && s != "" {
				s += " "
			}
			s += texts[i]
		}
		if s != "" {
			return s, fields
		}
	}
	return c.constant, nil
}

// setIDs makes the ids. Without a field for OFFENSE_ID it is the INCIDENT_ID;
// what an id was made of is kept as CITY_ID.
func (m *Mapping) setIDs(text *[crime.NumColumns]string, row int64, seen *Seen) {
	for _, c := range [...]int{crime.ColIncidentID, crime.ColOffenseID} {
		own := text[c]
		switch id := m.columns[c].id; {
		case id == "row":
			text[c] = strconv.FormatInt(row, 10)
			continue
		case id == "hash" && own != "":
			text[c] = crime.HashID(own)
		case id == "digits":
			text[c] = crime.DigitsID(own)
		case crime.DigitsID(own) != own:
			seen.add(crime.Columns[c]+": no whole number", own, ": {field: …, id: digits} in the mapping takes its digits, id: hash makes one of any text")
			continue
		default:
			continue
		}
		seen.id(c, text[c], own)
		if text[crime.ColCityID] == "" {
			text[crime.ColCityID] = own
		}
	}
	if col := m.columns[crime.ColOffenseID]; col.from == nil && col.constant == "" && col.id == "" {
		text[crime.ColOffenseID] = text[crime.ColIncidentID]
	}
}

// drop empties the value at fault, if the row can do without it. Half a place is
// none.
func drop(text *[crime.NumColumns]string, f *crime.FieldError, seen *Seen) bool {
	c := slices.Index(crime.Columns[:], f.Column)
	what, advice := f.Reason.String(), ""
	switch c {
	default:
		return false
	case crime.ColFirstOccurrence, crime.ColLastOccurrence, crime.ColIsCrime, crime.ColIsTraffic, crime.ColVictimCount:
		text[c] = ""
	case crime.ColGeoLon, crime.ColGeoLat:
		text[crime.ColGeoLon], text[crime.ColGeoLat] = "", ""
		switch {
		case f.Reason == crime.Empty:
			what = "half a place"
		case f.Reason == crime.OutOfRange:
			what, advice = "no degrees", "; meters or feet of a projection? hotspot reads degrees: map the columns that have them, or convert these with cs2cs of PROJ"
		case strings.Contains(f.Text, ","):
			what, advice = "a decimal comma", `; decimal: "," in the mapping reads it`
		}
	}
	seen.add(f.Column+": "+what, f.Text, ": empty"+advice)
	return true
}

// setDates rewrites the dates as ours. A date of the report that nothing fills
// is the date of the crime.
func (m *Mapping) setDates(text *[crime.NumColumns]string, texts []string, seen *Seen) error {
	for _, c := range dateColumns {
		s, fields := m.columns[c].text(texts)
		if s == "" {
			continue
		}
		t, exact, ok := m.dates.read(s, texts, fields, seen)
		hour, _ := (&column{from: m.columns[c].hour}).text(texts)
		if n, err := strconv.ParseUint(hour, 10, 8); ok && err == nil && n < 24 {
			t, exact = atClock(t, int(n)*60*60), source.PrecisionTime
		}
		switch {
		case ok:
			text[c] = t.Format(crime.DateForm)
			seen.date(c, t, exact, c == crime.ColFirstOccurrence || text[crime.ColFirstOccurrence] == "")
			if c == crime.ColFirstOccurrence && m.columns[crime.ColLastOccurrence].from == nil && exact != source.PrecisionTime {
				text[crime.ColLastOccurrence] = endOf(t, exact) // nobody knows when in it
			}
		case m.Strict:
			return &crime.FieldError{Column: crime.Columns[c], Text: text[c], Reason: crime.NotADate}
		case c == crime.ColReported && fields != nil && s == m.fields[fields[0]]:
			seen.add("the header once more", s, ": a second table begins there; if its columns are others, split the file")
		case c == crime.ColReported:
			what, advice := m.dates.why(text[c])
			seen.add(crime.Columns[c]+": "+what, text[c], advice)
		}
	}
	if m.columns[crime.ColReported].from == nil {
		text[crime.ColReported] = text[crime.ColFirstOccurrence]
	}
	return nil
}
