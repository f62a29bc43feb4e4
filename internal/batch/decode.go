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

// The reasons of a CorruptError.
const (
	ReasonMissing    = "missing"     // the file is not there
	ReasonNotRegular = "not_regular" // a folder, link, pipe or device
	ReasonTooLarge   = "too_large"   // longer than any such file can be
	ReasonFormat     = "format"      // not a manifest of this version
	ReasonJSON       = "json"        // not JSON, or with unknown, doubled or ill-typed members
	ReasonNumbers    = "numbers"     // the members contradict each other
	ReasonForm       = "form"        // not byte for byte as it would be written
	ReasonName       = "name"        // the manifest of another batch
	ReasonSettings   = "settings"    // batch_size, title or invented of another folder
	ReasonChain      = "chain"       // does not continue the batch before
	ReasonSize       = "csv_size"    // the CSV is not as long as the manifest says
	ReasonSHA256     = "csv_sha256"  // the CSV is not the one of the manifest
)

// CorruptError names a file that cannot be what was written there.
type CorruptError struct {
	File   string // its name in the folder; empty from DecodeManifest
	Reason string // one of the Reason constants
	Detail string // for people
}

func (e *CorruptError) Error() string {
	name := e.File
	if name == "" {
		name = "manifest"
	}
	return fmt.Sprintf("batch: %s is corrupt (%s): %s", name, e.Reason, e.Detail)
}

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
		return nil, &CorruptError{Reason: ReasonTooLarge, Detail: fmt.Sprintf("%d bytes, at most %d are read", len(data), MaxManifestBytes)}
	}
	if !bytes.HasPrefix(data, opening) {
		return nil, &CorruptError{Reason: ReasonFormat, Detail: "does not begin as a " + Format + " manifest"}
	}
	if !bytes.Contains(data[:min(len(data), headBytes)], runs) {
		return nil, &CorruptError{Reason: ReasonForm, Detail: fmt.Sprintf("no lines within %d bytes", headBytes)}
	}
	m := new(Manifest)
	if err := json.Unmarshal(data, m, json.RejectUnknownMembers(true)); err != nil {
		return nil, &CorruptError{Reason: ReasonJSON, Detail: brief(err)}
	}
	if err := m.check(); err != nil {
		return nil, &CorruptError{Reason: ReasonNumbers, Detail: brief(err)}
	}
	// Whatever is left is a member that is absent, null, out of order or
	// written in another way.
	if want := m.Encode(); !bytes.Equal(data, want) {
		return nil, &CorruptError{Reason: ReasonForm, Detail: fmt.Sprintf("line %d is not as it would be written", differingLine(data, want))}
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
	var run LineRun
	return elements(dec, '[', func() error {
		if len(*l) == MaxSize {
			return errTooMany
		}
		err := json.UnmarshalDecode(dec, &run)
		*l = append(*l, run)
		return err
	})
}

// UnmarshalJSONFrom stops at MaxSize runs, as that of Lines.
func (o *Offsets) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var run OffsetRun
	return elements(dec, '[', func() error {
		if len(*o) == MaxSize {
			return errTooMany
		}
		err := json.UnmarshalDecode(dec, &run)
		*o = append(*o, run)
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
