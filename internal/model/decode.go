package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxBytes is the size of the largest file that is read: a model of
// MaxClusters clusters is smaller.
const MaxBytes = 4 << 20

// What a file within MaxBytes can make Decode allocate is bounded by the
// braces and commas in it: a cluster has fewer than 16 and 128 of them, where
// its texts are without.
const (
	maxObjects = 16 * (MaxClusters + 4)
	maxCommas  = 256 * (MaxClusters + 4)
)

// CorruptError is a file that is not a whole model file. Reason is one of
//
//	file        not a regular file
//	size        larger than MaxBytes
//	json        not one JSON object of the members of a model, each once
//	format      another format, or another version of it
//	checksum    the bytes are not those that were written
//	number      the number of the model, of its batch and of its file differ
//	batch       its title, hash or chain cannot be
//	settings    k, engine or another setting cannot be
//	rows        the counts of rows do not add up
//	frame       no such place or grid
//	features    no such features
//	status      the status does not fit what the model holds
//	silhouette  not between -1 and 1, or of no known kind
//	quality     an index that cannot be
//	clusters    clusters are missing, or their numbers, sizes or lists are wrong
//	spots       a spot that cannot be, or spots of the model before that are missing
//
// and stays the same from version to version; Detail is for people.
type CorruptError struct {
	Reason string
	Detail string
}

func (e *CorruptError) Error() string {
	if e.Detail == "" {
		return e.Reason
	}
	return e.Reason + ": " + e.Detail
}

func corrupt(reason, format string, args ...any) *CorruptError {
	return &CorruptError{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// Decode reads a model file. It accepts what Encode writes, whatever the
// white space and the order of members, and refuses everything else with a
// *CorruptError: a member that is unknown, missing, null or there twice, also
// in another case; data after the end; a checksum that is not the file's; and
// figures that cannot be or contradict each other. It does not keep data.
func Decode(data []byte) (*Model, error) {
	if len(data) > MaxBytes {
		return nil, corrupt("size", "%d bytes, at most %d are read", len(data), MaxBytes)
	}
	if err := seal(data); err != nil {
		return nil, err
	}
	if objects, commas := bytes.Count(data, []byte{'{'}), bytes.Count(data, []byte{','}); objects > maxObjects || commas > maxCommas {
		return nil, corrupt("clusters", "%d braces and %d commas, at most %d and %d", objects, commas, maxObjects, maxCommas)
	}
	var m Model
	if err := json.Unmarshal(data, &m, json.RejectUnknownMembers(true)); err != nil {
		return nil, corrupt("json", "%v", err)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := m.complete(data); err != nil {
		return nil, err
	}
	return &m, nil
}

// seal checks the format and the checksum of a file.
func seal(data []byte) error {
	format, at, err := head(data)
	switch {
	case err != nil:
		return corrupt("json", "%v", err)
	case format == "hotspot.model/1" || format == "hotspot.model/2":
		return corrupt("format", "an older hotspot wrote it; remove the folder's models and batches, and begin anew (hotspot up --fresh)")
	case format != Format:
		return corrupt("format", "%.40q, want %q", format, Format)
	case at < 0:
		return corrupt("checksum", "there is none")
	}
	h := sha256.New()
	h.Write(data[:at])
	h.Write(blank)
	h.Write(data[at+checksumLen:])
	want := data[at : at+checksumLen]
	if got := hex.AppendEncode(nil, h.Sum(nil)); !bytes.Equal(got, want) {
		return corrupt("checksum", "the bytes have %s, the file says %s", got, want)
	}
	return nil
}

// head finds the format of a file and the offset of the 64 digits of its
// checksum, -1 when it has none. It reads no further than it must: a file
// that is cut off behind its checksum has a wrong checksum.
func head(data []byte) (format string, at int, err error) {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	at = -1
	t, err := d.ReadToken()
	if err != nil {
		return "", at, err
	}
	if t.Kind() != '{' {
		return "", at, fmt.Errorf("%s, want an object", t.Kind())
	}
	for d.PeekKind() != '}' && (format == "" || at < 0) {
		if t, err = d.ReadToken(); err != nil {
			return "", -1, err
		}
		name := t.String()
		v, err := d.ReadValue()
		if err != nil {
			return "", -1, err
		}
		switch {
		case name == "format" && v.Kind() == '"':
			if err := json.Unmarshal(v, &format); err != nil {
				return "", -1, err
			}
		case name == "checksum" && len(v) == checksumLen+2 && v.Kind() == '"':
			at = int(d.InputOffset()) - 1 - checksumLen
		}
	}
	return format, at, nil
}

// complete compares the file with what Encode makes of the model that was
// read from it: where they differ a member was missing or null.
func (m *Model) complete(data []byte) error {
	read, again := jsontext.Value(bytes.Clone(data)), jsontext.Value(m.marshal())
	for _, v := range []*jsontext.Value{&read, &again} {
		if err := v.Canonicalize(); err != nil {
			return corrupt("json", "%v", err)
		}
	}
	if !bytes.Equal(read, again) {
		return corrupt("json", "a member is missing or null")
	}
	return nil
}
