package batch

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json"
)

// opening is how every manifest begins, runs is where its long part does. What
// stands between them has at most headBytes: a few texts of maxTextBytes.
var (
	opening = []byte("{\n \"format\": \"" + Format + "\",\n")
	older   = []byte("{\n \"format\": \"hotspot.batch/1\",\n")
	runs    = []byte("\n  \"lines\": [")
)

const headBytes = 32 << 10

// What a manifest can have of them, so that a small file cannot ask for a large
// memory: two runs for each row, and a member for each of more partitions than
// a Kafka cluster can hold of one topic. The rest may stand in texts.
const (
	maxBrackets   = 2*MaxSize + headBytes
	maxColons     = maxPartitions + headBytes
	maxPartitions = 100_000
)

// DecodeManifest reads a manifest and takes nothing but the very bytes that
// Encode writes for numbers that agree with each other. The error is a
// *CorruptError. The result does not hold on to data.
func DecodeManifest(data []byte) (*Manifest, error) {
	if len(data) > MaxManifestBytes {
		return nil, corrupt("", ReasonTooLarge, "%d bytes, at most %d are read", len(data), MaxManifestBytes)
	}
	if !bytes.HasPrefix(data, opening) {
		if bytes.HasPrefix(data, older) {
			return nil, corrupt("", ReasonFormat, "an older hotspot wrote it, and its rows lack what is needed now: prepare the city's file again, and use another topic and folder, or begin both anew (hotspot up --fresh)")
		}
		return nil, corrupt("", ReasonFormat, "does not begin as a "+Format+" manifest")
	}
	if !bytes.Contains(data[:min(len(data), headBytes)], runs) {
		return nil, corrupt("", ReasonForm, "no lines within %d bytes", headBytes)
	}
	if bytes.Count(data, []byte("[")) > maxBrackets || bytes.Count(data, []byte(":")) > maxColons {
		return nil, corrupt("", ReasonJSON, "more entries than a manifest can have")
	}
	m := new(Manifest)
	if err := json.Unmarshal(data, m, json.RejectUnknownMembers(true)); err != nil {
		return nil, corrupt("", ReasonJSON, "%s", brief(err))
	}
	if err := m.check(); err != nil {
		return nil, corrupt("", ReasonNumbers, "%s", brief(err))
	}
	// Whatever is left is a member that is absent, null, out of order or
	// written in another way.
	if want := m.Encode(); !bytes.Equal(data, want) {
		return nil, corrupt("", ReasonForm, "line %d is not as it would be written", differingLine(data, want))
	}
	return m, nil
}

// brief is the error's text, without most of a text that it quotes.
func brief(err error) string {
	s := err.Error()
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + " …"
	}
	return s
}

func differingLine(a, b []byte) int {
	line := 1
	for i := 0; i < min(len(a), len(b)) && a[i] == b[i]; i++ {
		if a[i] == '\n' {
			line++
		}
	}
	return line
}
