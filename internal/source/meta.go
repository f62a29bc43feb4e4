package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"hotspot/internal/crime"
)

// MetaFormat is the format of the sidecar.
const MetaFormat = "hotspot.source/2"

// Meta is the sidecar FILE.meta.json of a prepared file: what the rows cannot
// say about themselves.
type Meta struct {
	Format     string        `json:"format"` // MetaFormat
	Title      string        `json:"title"`
	Invented   bool          `json:"invented"` // an invented city; everything that shows it says so
	Filter     string        `json:"filter"`   // which rows were left out on purpose, "" for none
	BlurM      *float64      `json:"blur_m"`   // by how many metres places were blurred, null for not
	Rows       int64         `json:"rows"`
	NoLocation int64         `json:"no_location"` // of these rows, those without coordinates
	Origin     *crime.Place  `json:"origin"`      // null: the middle of Bounds
	Bounds     *crime.Bounds `json:"bounds"`      // null: nobody knows where the city lies
	Timezone   string        `json:"timezone"`    // IANA name of the dates' zone, "" for not known
	Masked     *Masked       `json:"masked"`      // null: the city does not seem to move its points
	Precision  string        `json:"precision"`   // the finest part of the dates: PrecisionTime, PrecisionDay or PrecisionMonth; "" for not known
	Identity   string        `json:"identity"`    // what makes a row another one than all before it, in words

	Planted []HotSpot `json:"planted,omitempty"` // in an invented city, by first row, then by ID
}

// Masked says that a city moves its points before it publishes them: to few
// places, of which each holds what happened around it.
type Masked struct {
	Places int64 `json:"places"`
	Meters int   `json:"meters"` // distances below mean nothing
}

// The precisions of dates.
const (
	PrecisionTime  = "time"
	PrecisionDay   = "day"   // every time is 00:00:00
	PrecisionMonth = "month" // every date is the first of its month
)

// Precisions are all of them, the finest first. Nobody may change it.
var Precisions = []string{PrecisionTime, PrecisionDay, PrecisionMonth}

// Area is where the city lies, nil when the sidecar, which may be nil, does not
// say it.
func (m *Meta) Area() *crime.Area {
	if m == nil || m.Bounds == nil {
		return nil
	}
	a := crime.Area{Bounds: *m.Bounds, Origin: m.Bounds.Middle(), Zone: m.Timezone}
	if m.Origin != nil {
		a.Origin = *m.Origin
	}
	if m.Masked != nil {
		a.MaskedM = m.Masked.Meters
	}
	return &a
}

// Source is what the rows have in common as the sidecar, which may be nil, says
// it. Without bounds it has no area.
func (m *Meta) Source() crime.Source {
	if m == nil {
		return crime.Source{Title: "untitled"}
	}
	s := crime.Source{Title: m.Title, Invented: m.Invented}
	if a := m.Area(); a != nil {
		s.Area = a.String()
	}
	return s
}

// MetaPath is the path of the sidecar of a prepared file.
func MetaPath(csv string) string { return csv + ".meta.json" }

// maxMeta bounds what is read of a sidecar.
const maxMeta = 1 << 20

// ReadMeta reads the sidecar of the prepared file at path csv. Without one it
// returns nil and no error. Any other error is a *FileError.
func ReadMeta(csv string) (*Meta, error) {
	if csv == "-" {
		return nil, nil
	}
	path := MetaPath(csv)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, openError(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxMeta+1))
	if err != nil {
		return nil, openError(path, err)
	}
	m, err := decodeMeta(data)
	if err != nil {
		return nil, &FileError{File: path, Err: err, Msg: fmt.Sprintf(
			"not the sidecar of a prepared file: %v; write it again with hotspot prepare, or remove it", err)}
	}
	return m, nil
}

func decodeMeta(data []byte) (*Meta, error) {
	if len(data) > maxMeta {
		return nil, errors.New("longer than 1 MiB")
	}
	m := &Meta{}
	if err := json.Unmarshal(data, m, json.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	return m, m.validate()
}

func (m *Meta) validate() error {
	if m.Format != MetaFormat {
		return fmt.Errorf("format is %q and not %q", m.Format, MetaFormat)
	}
	if err := crime.ValidTitle(m.Title); err != nil {
		return err
	}
	for _, h := range m.Planted {
		if !crime.Earth.Contains(h.Center) || h.RadiusM < 0 || h.FirstRow < 1 || h.LastRow < h.FirstRow || h.Share < 0 || h.Share > 1 {
			return errors.New("a planted hot spot cannot be")
		}
	}
	switch {
	case m.Rows < 0 || m.NoLocation < 0 || m.NoLocation > m.Rows:
		return errors.New("rows and no_location do not fit")
	case m.BlurM != nil && (*m.BlurM < 0 || math.IsInf(*m.BlurM, 0)):
		return errors.New("blur_m is below 0")
	case m.Masked != nil && (m.Masked.Meters < 1 || m.Masked.Places < 0):
		return errors.New("masked has no meters")
	case m.Origin != nil && m.Bounds == nil:
		return errors.New("an origin without bounds")
	case m.Precision != "" && !slices.Contains(Precisions, m.Precision):
		return fmt.Errorf("precision is %.40q", m.Precision)
	}
	if area := m.Area(); area != nil {
		return area.Validate()
	}
	return nil
}

// Encode is the sidecar as a file. The numbers must be finite.
func (m *Meta) Encode() []byte {
	b, err := json.Marshal(m, jsontext.WithIndent(" "))
	if err != nil {
		panic("source: encoding a sidecar: " + err.Error()) // NaN or Inf in it
	}
	return append(b, '\n')
}

// HotSpot is one that was planted in an invented city, for as long as it stayed
// where it was: the truth that a model can be measured by. Its crimes lie at
// addresses within RadiusM of Center, more of them near it.
type HotSpot struct {
	ID       int         `json:"id"` // kept when it moves
	Center   crime.Place `json:"center"`
	RadiusM  int         `json:"radius_m"`
	Share    float64     `json:"share"`     // of the incidents of these rows
	Category string      `json:"category"`  // OFFENSE_CATEGORY_ID of more than half of its crimes
	FirstRow int64       `json:"first_row"` // of the city, 1 for the first
	LastRow  int64       `json:"last_row"`
	Began    Change      `json:"began"` // there, appeared, moved
	Ended    Change      `json:"ended"` // there, vanished, moved
}

// Change is how a hot spot began or ended.
type Change string

// The changes. There means at the first row of the city, or still at its last.
const (
	There    Change = "there"
	Appeared Change = "appeared"
	Moved    Change = "moved"
	Vanished Change = "vanished"
)
