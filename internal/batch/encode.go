package batch

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// noRuns is how encoding/json writes absent runs. No text of the manifest can
// hold it, because a newline in a text is escaped.
var noRuns = []byte("\"lines\": null,\n  \"offsets\": null")

// Encode returns the manifest's file: the bytes of encoding/json in struct
// order, indent one space, HTML escaping off, one final newline.
//
// The runs are written here: encoding/json would hold half a million of them
// several times over, and DecodeManifest encodes whatever it has read.
func (m *Manifest) Encode() []byte {
	head := *m
	head.Transport.Lines, head.Transport.Offsets = nil, nil
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(&head); err != nil {
		panic(err) // strings and numbers cannot fail
	}
	before, after, _ := bytes.Cut(buf.Bytes(), noRuns)
	t := &m.Transport
	out := make([]byte, 0, buf.Len()+40*len(t.Lines)+50*len(t.Offsets))
	out = append(append(out, before...), `"lines": [`...)
	for i := range t.Lines {
		out = appendRun(out, i, t.Lines[i][:])
	}
	out = append(endRuns(out, len(t.Lines)), ",\n  \"offsets\": ["...)
	for i := range t.Offsets {
		out = appendRun(out, i, t.Offsets[i][:])
	}
	return append(endRuns(out, len(t.Offsets)), after...)
}

func appendRun(out []byte, i int, run []int64) []byte {
	if i > 0 {
		out = append(out, ',')
	}
	out = append(out, "\n   ["...)
	for j, n := range run {
		if j > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(append(out, "\n    "...), n, 10)
	}
	return append(out, "\n   ]"...)
}

// endRuns closes an array; encoding/json writes an empty one as [].
func endRuns(out []byte, n int) []byte {
	if n > 0 {
		out = append(out, "\n  "...)
	}
	return append(out, ']')
}
