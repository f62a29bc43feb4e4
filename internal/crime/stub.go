package crime

import "io"

func (r *Record) Occurred() (hour, weekday int, ok bool) { panic("soon") }
func Parse(text [NumColumns]string) (Record, error)      { panic("soon") }
func (r *Record) AppendValue(dst []byte) []byte          { panic("soon") }
func ParseValue(value []byte) (Record, error)            { panic("soon") }
func (r *Record) AppendCSV(dst []byte) []byte            { panic("soon") }
func AppendHeader(dst []byte) []byte                     { panic("soon") }

type Reader struct{}

func NewReader(r io.Reader, name string) (*Reader, error) { panic("soon") }
func (r *Reader) Next(rec *Record) error                  { panic("soon") }
func (r *Reader) Line() int64                             { panic("soon") }
func (r *Reader) Rows() int64                             { panic("soon") }
func (r *Reader) Offset() int64                           { panic("soon") }

type File struct{}

func Open(path string) (*File, error)         { panic("soon") }
func (f *File) Read(p []byte) (int, error)    { panic("soon") }
func (f *File) Close() error                  { panic("soon") }
func (f *File) Name() string                  { panic("soon") }
func (f *File) Progress() (done, total int64) { panic("soon") }

type Rejects struct{}

func NewRejects(w io.Writer) *Rejects    { panic("soon") }
func (r *Rejects) Add(e *RowError) error { panic("soon") }
func (r *Rejects) Flush() error          { panic("soon") }

type Chain [16]byte

func StartChain(title string, invented bool) Chain { panic("soon") }
func (c Chain) Next(value []byte) Chain            { panic("soon") }
func (c Chain) String() string                     { panic("soon") }
func ParseChain(s string) (Chain, error)           { panic("soon") }

const StampKey = "hotspot"

type Stamp struct {
	Row, Line int64
	Chain     Chain
	Invented  bool
	Title     string
}

func (s Stamp) Append(dst []byte) []byte { panic("soon") }
func ParseStamp(b []byte) (Stamp, error) { panic("soon") }
func ValidTitle(title string) error      { panic("soon") }

// Meta is the sidecar.
type Meta struct {
	Format     string   `json:"format"`
	Title      string   `json:"title"`
	Invented   bool     `json:"invented"`
	Filter     string   `json:"filter"`
	BlurM      *float64 `json:"blur_m"`
	Rows       int64    `json:"rows"`
	NoLocation int64    `json:"no_location"`
	Origin     *Place   `json:"origin"`
	Bounds     *Bounds  `json:"bounds"`
}

func MetaPath(csv string) string         { panic("soon") }
func ReadMeta(csv string) (*Meta, error) { panic("soon") }
func (m *Meta) Encode() []byte           { panic("soon") }
