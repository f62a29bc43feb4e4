package batch

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Encode returns the manifest's file: the members in the order of the struct,
// indented by one space a level, no HTML escaping, one final newline.
func (m *Manifest) Encode() []byte {
	var buf bytes.Buffer
	buf.Grow(1024 + 56*len(m.Transport.Lines) + 72*len(m.Transport.Offsets)) // as long as runs get
	hidden := struct{ io.Writer }{&buf}                                      // a buffer that it sees, the library grows to twice its length
	if err := json.MarshalWrite(hidden, m, jsontext.WithIndent(" "), jsontext.EscapeForJS(true)); err != nil {
		panic(err) // strings and numbers cannot fail
	}
	buf.WriteByte('\n')
	return buf.Bytes()
}

// MarshalJSON writes the partitions in the order of their numbers.
func (n Next) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, p := range slices.Sorted(maps.Keys(n)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendQuote(out, strconv.Itoa(p))
		out = append(out, ':')
		out = strconv.AppendInt(out, n[p], 10)
	}
	return append(out, '}'), nil
}
