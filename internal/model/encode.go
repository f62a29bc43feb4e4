package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// checksumLen is the number of hex digits of a checksum.
const checksumLen = 2 * sha256.Size

// blank stands for the checksum while it is computed.
var blank = bytes.Repeat([]byte{'0'}, checksumLen)

// Encode returns the bytes of m's file and sets m.Format and m.Checksum to
// what it holds. The same model has the same bytes. Encode panics when a
// number is not finite: that is a bug of whoever made the model.
//
// The checksum is the SHA-256 of the file with the checksum's own 64 digits
// replaced by zeros.
func (m *Model) Encode() []byte {
	m.Format = Format
	m.Checksum = string(blank)
	data := m.marshal()
	// Only "format" stands before the checksum, and its value is ours.
	at := bytes.Index(data, blank)
	sum := sha256.Sum256(data)
	hex.Encode(data[at:at+checksumLen], sum[:])
	m.Checksum = string(data[at : at+checksumLen])
	return data
}

// marshal is Encode with the checksum that m has.
func (m *Model) marshal() []byte {
	file := *m
	file.fillLists()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(&file); err != nil {
		panic(fmt.Sprintf("model: encode model %d: %v", m.Model, err))
	}
	return b.Bytes()
}

// fillLists makes every list of m that is nil empty, so that it is written as
// [] and not as null. It does not change what m shares with other models.
func (m *Model) fillLists() {
	m.Features = filled(m.Features)
	m.Clusters = filled(slices.Clone(m.Clusters))
	for i := range m.Clusters {
		c := &m.Clusters[i]
		c.Centroid.Extra = filled(c.Centroid.Extra)
		c.Categories = filled(c.Categories)
		c.Neighborhoods = filled(c.Neighborhoods)
	}
	m.Spots, m.SpotsGone = filled(slices.Clone(m.Spots)), filled(m.SpotsGone)
	for i := range m.Spots {
		m.Spots[i].Categories = filled(m.Spots[i].Categories)
	}
}

func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
