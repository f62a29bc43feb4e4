package mapping

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// likely are the names by which a column of ours is guessed, the likeliest first: in
// lower case, without spaces and hyphens.
//
//go:embed likely.csv
var likely string

// sample is one column of a file with the texts that it has.
type sample struct {
	name, short string
	texts       []string
	patterns    []string // of dates that fit all of them, quoted
	clock, used bool
}

// Suggest writes a mapping of the file that begins with head: its columns by
// their names and values, with what is unsure in comments. A header that a
// built-in mapping knows gives that one.
func Suggest(name string, head []byte) (string, error) {
	f, err := headed(name, head)
	if err != nil {
		return "", err
	}
	g := &guesser{header: f.Header}
	all := func(h source.Header) (at []int, _ error) {
		for i, name := range h {
			g.columns = append(g.columns, &sample{name: name, short: source.Squeeze(name)})
			at = append(at, i)
		}
		return at, nil
	}
	in, err := source.NewReaderOf(bytes.NewReader(head), name, f, all, func(_ *crime.Record, texts []string) error {
		g.rows++
		for i, s := range texts {
			if s = strings.TrimSpace(s); s != "" && !slices.Contains(unknown, strings.ToLower(s)) {
				g.columns[i].texts = append(g.columns[i].texts, s)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	for range in.Rows() { //nolint:errcheck // to the end of head, which may be cut off
	}
	if m := Recognize(in.Header()); m != nil && m.City != "" {
		data, err := files.ReadFile("cities/" + m.City + ".yaml")
		return fmt.Sprintf("# The built-in mapping %s knows this header: hotspot prepare %s -o prepared.csv\n# reads it without --columns.\n%s", m.City, name, data), err
	}
	g.look()
	return g.write(name), nil
}

// headed is how a file is written: its header may lie below a title, which names
// no second column, and a line with a date or a fraction is none.
func headed(name string, head []byte) (source.Format, error) {
	first := source.Format{Tolerant: true}.Recognize(head)
	for f, line := first, max(first.Header, 1); line <= 5; line++ {
		h, err := source.ReadHeader(head, name, f)
		named := slices.DeleteFunc(slices.Clone(h), func(s string) bool { return strings.TrimSpace(s) == "" })
		switch {
		case err == nil && slices.ContainsFunc(named, isValue):
			first.Header = source.NoHeader
			return first, nil
		case err == nil && len(named) > 1:
			return f, nil
		}
		f = source.Format{Tolerant: true, Header: line + 1}.Recognize(head)
	}
	_, err := source.ReadHeader(head, name, first)
	return first, err
}

// isValue says that a text is what rows have and no name.
func isValue(s string) bool {
	return fraction.MatchString(s) || crime.DigitsID(s) != s && patternsOf([]string{s}) != nil
}

var (
	fraction = regexp.MustCompile(`^-?\d{1,3}[.,]\d{3,}$`)
	code     = regexp.MustCompile(`^[\pL/_-]*\d[\pL\d/_-]*$`)
)

var aboutTime = regexp.MustCompile(`time|tm$|hour|clock|uhr|date|dt$|when|stamp`)

// guesser guesses which of the columns is which of ours.
type guesser struct {
	columns []*sample
	rows    int
	of      [crime.NumColumns]*sample
	point   *sample
	unsure  []string
	header  int
}

func (g *guesser) doubt(format string, a ...any) {
	g.unsure = append(g.unsure, fmt.Sprintf(format, a...))
}

func (g *guesser) look() {
	columns := slices.DeleteFunc(slices.Clone(g.columns), func(c *sample) bool { return len(c.texts) == 0 })
	for _, c := range columns {
		timely := aboutTime.MatchString(c.short)
		c.clock = timely && !slices.ContainsFunc(c.texts, func(s string) bool { _, ok := clockOf(s); return !ok })
		if !c.clock && (timely || crime.DigitsID(c.texts[0]) != c.texts[0]) { // a number is a date only where the name says so
			c.patterns = patternsOf(c.texts[:min(len(c.texts), 200)])
		}
		if _, _, ok := pointOf(c.texts[0]); ok && strings.HasSuffix(c.texts[0], ")") {
			g.point = c
		}
	}
	for _, line := range strings.Fields(likely)[1:] {
		ours, names, _ := strings.Cut(line, ",")
		at, re := slices.Index(crime.Columns[:], ours), regexp.MustCompile("^("+names+")$")
		for _, c := range columns {
			if g.of[at] == nil && !c.used && c != g.point && re.MatchString(c.short) && c.fits(at) {
				g.of[at], c.used = c, true
			}
		}
	}
	g.lookAtValues(columns)
	if g.of[crime.ColReported] == nil {
		g.of[crime.ColReported] = g.of[crime.ColFirstOccurrence]
		g.doubt("no date of the report was found: that of the crime stands for it")
	}
	if g.of[crime.ColReported] == nil {
		g.doubt("no date was found: give REPORTED_DATE, and its form under dates:")
	}
	lon, lat := &g.of[crime.ColGeoLon], &g.of[crime.ColGeoLat]
	if *lon != nil && *lat != nil {
		g.point = nil
		return
	}
	*lon, *lat = nil, nil
	if g.point == nil {
		g.doubt("no degrees were found: without GEO_LON and GEO_LAT, or point, no row has a place; meters or feet of a projection are none, cs2cs of PROJ converts them")
	}
}

// lookAtValues guesses a place and an id that no name told. Every column has texts.
func (g *guesser) lookAtValues(columns []*sample) {
	lon, lat, id := &g.of[crime.ColGeoLon], &g.of[crime.ColGeoLat], &g.of[crime.ColIncidentID]
	var fine []*sample
	for _, c := range columns {
		if !c.used && fraction.MatchString(c.texts[0]) && c.fits(crime.ColGeoLon) {
			fine = append(fine, c)
		}
	}
	if *lon == nil && *lat == nil && g.point == nil && len(fine) == 2 {
		*lon, *lat = fine[0], fine[1]
		if a, b := (*lon).degrees(), (*lat).degrees(); b > 70 || a <= 70 && b < a { // no city lies beyond 70 degrees north
			*lon, *lat = *lat, *lon
		}
		(*lon).used, (*lat).used = true, true
		g.doubt("the numbers of %q could be degrees of longitude, those of %q of latitude; prepare prints where that is", (*lon).name, (*lat).name)
	}
	for _, c := range columns {
		own := slices.Compact(slices.Sorted(slices.Values(c.texts)))
		coded := !slices.ContainsFunc(own, func(s string) bool { return !code.MatchString(s) })
		if *id == nil && !c.used && c != g.point && c.patterns == nil && len(own) == g.rows && coded {
			*id, c.used = c, true
			g.doubt("%q is taken for the id: it differs in all of these rows", c.name)
		}
	}
}

// degrees are those of the first text, without their sign.
func (c *sample) degrees() float64 {
	v, _ := strconv.ParseFloat((&Mapping{comma: true}).degrees(c.texts[0]), 64)
	return math.Abs(v)
}

// fits says whether the texts can be those of our column: half of them degrees,
// or dates, or neither.
func (c *sample) fits(column int) bool {
	if column != crime.ColGeoLon && column != crime.ColGeoLat {
		return !c.clock && slices.Contains(dateColumns, column) == (c.patterns != nil)
	}
	m, fit := &Mapping{comma: true}, 0
	for _, s := range c.texts {
		if v, err := strconv.ParseFloat(m.degrees(s), 64); err == nil && -180 <= v && v <= 180 {
			fit++
		}
	}
	return 2*fit >= len(c.texts)
}

// write is the mapping as a file.
func (g *guesser) write(name string) string {
	var b strings.Builder
	title, _, _ := strings.Cut(filepath.Base(name), ".")
	fmt.Fprintf(&b, "# A guess from the header and %d rows of %s. Check what is unsure, then:\n#   hotspot prepare %s -o prepared.csv --columns THIS-FILE\nformat: %s\ntitle: %q\n",
		g.rows, filepath.Base(name), name, Format, title)
	switch {
	case g.header == source.NoHeader:
		b.WriteString("header: none\n")
	case g.header > 1:
		fmt.Fprintf(&b, "header: %d\n", g.header)
	}
	if lon := g.of[crime.ColGeoLon]; lon != nil && strings.Contains(lon.texts[0], ",") {
		b.WriteString("decimal: \",\"\n")
	}
	if g.point != nil {
		fmt.Fprintf(&b, "point: %s # as %q\n", g.name(g.point), g.point.texts[0])
	}
	b.WriteString("columns:\n")
	for c, s := range g.of {
		if s != nil {
			fmt.Fprintf(&b, "  %s: %s # as %.60q\n", crime.Columns[c], g.how(c, s), s.texts[0])
		} else if c == crime.ColIncidentID {
			b.WriteString("  INCIDENT_ID: {id: row} # unsure: no id was found; the number of the row is one only as long as the file grows at its end\n")
		}
	}
	if dates := strings.Join(g.dates(), ", "); dates != "" {
		fmt.Fprintf(&b, "dates: [%s]\n", dates)
		if strings.Contains(dates, "%y") {
			b.WriteString("century: 1950 # unsure: two digits of a year mean 1950 to 2049\n")
		}
		if strings.Contains(dates, "%z") || strings.Contains(dates, "epoch") {
			g.doubt("dates say a zone; \"timezone:\" of the city, as America/Toronto, gives its own hours")
		}
	}
	for _, c := range g.columns {
		if !c.used && c != g.point {
			fmt.Fprintf(&b, "# not used: %q\n", c.name)
		}
	}
	for _, doubt := range g.unsure {
		fmt.Fprintf(&b, "# unsure: %s\n", doubt)
	}
	return b.String()
}

// dates are the patterns of the columns of dates, quoted. A column that tells days
// from months decides for one that does not.
func (g *guesser) dates() (patterns []string) {
	for _, decided := range []bool{true, false} {
		for _, c := range dateColumns {
			s := g.of[c]
			if s == nil || (len(s.patterns) == 1) != decided || slices.ContainsFunc(s.patterns, func(p string) bool { return slices.Contains(patterns, p) }) {
				continue
			}
			patterns = append(patterns, s.patterns[0])
			if !decided {
				g.doubt("dates of %q could be %s", s.name, strings.Join(s.patterns, " or "))
			}
		}
	}
	return patterns
}

// name is what a mapping calls a column: a nameless one by its number.
func (g *guesser) name(s *sample) string {
	if s.name == "" || g.header == source.NoHeader {
		return strconv.Itoa(slices.Index(g.columns, s) + 1)
	}
	return strconv.Quote(s.name)
}

// how is what fills a column, as a mapping writes it.
func (g *guesser) how(c int, s *sample) string {
	name := g.name(s)
	switch {
	case c == crime.ColIncidentID:
		if none := g.rows - len(s.texts); none > 0 {
			g.doubt("%d rows have no %q and will be rejected; \"else:\" beside \"id: hash\" makes an id of other fields", none, s.name)
		}
		if slices.ContainsFunc(s.texts, func(id string) bool { return crime.DigitsID(id) != id }) {
			return fmt.Sprintf("{field: %s, id: hash}", name)
		}
	case slices.Contains(dateColumns, c):
		if clock := g.clock(s); clock != nil && strings.Contains(clock.short, "hour") {
			return fmt.Sprintf("{field: %s, hour: %s}", name, g.name(clock))
		} else if clock != nil {
			return fmt.Sprintf("[%s, %s]", name, g.name(clock))
		}
	}
	return name
}

var timeWords = strings.NewReplacer("date", "", "time", "", "dt", "", "tm", "", "hour", "")

// clock is the column with the time of the day of a column of days: of the same
// name but for the word.
func (g *guesser) clock(s *sample) *sample {
	timed := func(t string) bool {
		return strings.Contains(t, ":") && !strings.Contains(t, "00:00") && !strings.Contains(t, "12:00:00 AM")
	}
	same := func(c *sample) bool { return c.clock && timeWords.Replace(c.short) == timeWords.Replace(s.short) }
	at := slices.IndexFunc(g.columns, same)
	if at < 0 || slices.ContainsFunc(s.texts, timed) {
		return nil
	}
	g.columns[at].used = true
	return g.columns[at]
}
