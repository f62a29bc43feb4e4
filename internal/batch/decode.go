package batch

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// opening is how every manifest begins, runs is where its long part does. What
// stands between them has at most headBytes: a few texts of maxTextBytes.
var (
	opening = []byte("{\n \"format\": \"" + Format + "\",\n")
	runs    = []byte("\n  \"lines\": [\n")
)

const headBytes = 32 << 10

// DecodeManifest reads a manifest and takes nothing but the very bytes that
// Encode writes for numbers that agree with each other. The error is a
// *CorruptError. The result does not hold on to data.
func DecodeManifest(data []byte) (*Manifest, error) {
	if len(data) > MaxManifestBytes {
		return nil, corrupt("", ReasonTooLarge, "%d bytes, at most %d are read", len(data), MaxManifestBytes)
	}
	if !bytes.HasPrefix(data, opening) {
		return nil, corrupt("", ReasonFormat, "does not begin as a "+Format+" manifest")
	}
	if !bytes.Contains(data[:min(len(data), headBytes)], runs) {
		return nil, corrupt("", ReasonForm, "no lines within %d bytes", headBytes)
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

var errTooMany = errors.New("more entries than a manifest can have")

// UnmarshalJSONFrom stops at MaxSize runs, so that a small file cannot ask for
// a large memory.
func (l *Lines) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return decodeRuns(dec, (*[]LineRun)(l))
}

// UnmarshalJSONFrom stops at MaxSize runs, as that of Lines.
func (o *Offsets) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return decodeRuns(dec, (*[]OffsetRun)(o))
}

func decodeRuns[R run](dec *jsontext.Decoder, runs *[]R) error {
	var r R
	return elements(dec, '[', func() error {
		if len(*runs) == MaxSize {
			return errTooMany
		}
		err := json.UnmarshalDecode(dec, &r)
		*runs = append(*runs, r)
		return err
	})
}

// maxPartitions is far above what a Kafka cluster can hold of one topic.
const maxPartitions = 100_000

// UnmarshalJSONFrom stops at maxPartitions, as that of Lines at MaxSize.
func (n *Next) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*n = Next{}
	return elements(dec, '{', func() error {
		if len(*n) == maxPartitions {
			return errTooMany
		}
		key, err := dec.ReadToken()
		if err != nil {
			return err
		}
		partition, err := strconv.Atoi(key.String())
		if err != nil {
			return fmt.Errorf("%q is not a partition", key.String())
		}
		var offset int64
		err = json.UnmarshalDecode(dec, &offset)
		(*n)[partition] = offset
		return err
	})
}

// elements calls element before each element or member of the array or object
// that begins with open.
func elements(dec *jsontext.Decoder, open jsontext.Kind, element func() error) error {
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != open {
		return fmt.Errorf("%s where %s was expected", token.Kind(), open)
	}
	for {
		switch dec.PeekKind() {
		case ']', '}':
			_, err := dec.ReadToken()
			return err
		}
		if err := element(); err != nil {
			return err
		}
	}
}
