package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"hotspot/internal/crime"
)

// JSON makes a record of one JSON object, whose number among its kind is row. A
// field of an object inside it is named with a dot: location.latitude. A number
// is the text that stands there, true and false are 1 and 0, null is nothing. seen
// may be nil.
func (m *Mapping) JSON(value []byte, row int64, seen *Seen) (crime.Record, error) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return crime.Record{}, fmt.Errorf("not a JSON object: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return crime.Record{}, errors.New("something follows the JSON object")
	}
	texts := make([]string, len(m.fields))
	for i, f := range m.fields {
		if texts[i] = textOf(object, f); texts[i] != "" && seen != nil && seen.Has != nil {
			seen.Has[i] = true
		}
	}
	var rec crime.Record
	err := m.Record(&rec, texts, row, seen)
	return rec, err
}

// textOf finds a field by its name as it is, then by the way to it.
func textOf(object map[string]any, name string) string {
	if _, ok := object[name]; !ok {
		if outer, rest, dotted := strings.Cut(name, "."); dotted {
			inner, _ := object[outer].(map[string]any)
			return textOf(inner, rest)
		}
	}
	switch v := object[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "1"
		}
		return "0"
	}
	return ""
}
