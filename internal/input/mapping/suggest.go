package mapping

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// The names by which a column is guessed, the likeliest first, without spaces,
// hyphens and in lower case.
var likely = []struct {
	column int
	dated  bool
	names  []string
}{
	{crime.ColGeoLon, false, []string{`lon(gitude)?|lng|long`, `.*lon(g|gitude)?(wgs84)?|geolon`, `x|.*xcoord.*|.*coordx`}},
	{crime.ColGeoLat, false, []string{`lat(itude)?`, `.*lat(itude)?(wgs84)?|geolat`, `y|.*ycoord.*|.*coordy`}},
	{crime.ColReported, true, []string{`.*(report|rptd|rpt|registered|gemeldet).*`, `.*dispatch.*`}},
	{crime.ColFirstOccurrence, true, []string{`.*(occ|from|fr(dt|tm)?$|start|begin|first|commit).*`, `.*(incident|offen[cs]e|crime|event|date|when|time|month).*`, `.*`}},
	{crime.ColLastOccurrence, true, []string{`.*(last|end|until|to(dt|date)).*`}},
	{crime.ColIncidentID, false, []string{`(incident|case|report|complaint|cmplnt|event|crime|dr|dc|offen[cs]e)(number|num|no|id|key|uniqueid|nr)`, `id|nr|no|number|ref(erence)?|case`, `.*(number|num|id|key|nr)`}},
	{crime.ColOffenseCategory, false, []string{`.*(primarytype|category|crimetype|offen[cs]egroup|parentgroup).*`, `.*(ofnsdesc|crmcddesc|offen[cs]e|crime|charge|typ|what).*`}},
	{crime.ColOffenseType, false, []string{`.*(subcategory|description|descript|desc).*`}},
	{crime.ColDistrict, false, []string{`.*(district|division|boro|bezirk).*`, `area`}},
	{crime.ColPrecinct, false, []string{`.*(precinct|beat|psa|sector|reportingarea).*`}},
	{crime.ColNeighborhood, false, []string{`.*(neighbo|hood|communityarea|areaname|lsoaname|ward).*`}},
}

// sampled is how many rows a guess is made of.
const sampled = 2000

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
	f := source.Format{Tolerant: true}.Recognize(head)
	var columns []*sample
	all := func(h source.Header) (at []int, _ error) {
		for i, name := range h {
			columns = append(columns, &sample{name: name, short: strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "", "\u00a0", "").Replace(name))})
			at = append(at, i)
		}
		return at, nil
	}
	rows := 0
	in, err := source.NewReaderOf(bytes.NewReader(head), name, f, all, func(_ *crime.Record, texts []string) error {
		rows++
		for i, s := range texts {
			if s = strings.TrimSpace(s); s != "" && !slices.Contains(unknown, strings.ToLower(s)) && rows <= sampled {
				columns[i].texts = append(columns[i].texts, s)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	for range in.Rows() {
		if rows > sampled {
			break
		}
	}
	if m := Recognize(in.Header()); m != nil && m.City != "" {
		data, err := files.ReadFile("cities/" + m.City + ".yaml")
		return fmt.Sprintf("# The built-in mapping %s knows this header: hotspot prepare %s -o prepared.csv\n# reads it without --columns.\n%s", m.City, name, data), err
	}
	g := &guesser{columns: columns, rows: min(rows, sampled)}
	g.look()
	return g.write(name, f), nil
}

var aboutTime = regexp.MustCompile(`time|tm$|hour|clock|uhr|date|dt$|when|stamp`)

// guesser guesses which of the columns is which of ours.
type guesser struct {
	columns []*sample
	rows    int
	of      [crime.NumColumns]*sample
	point   *sample
	comma   bool
	unsure  []string
}

func (g *guesser) doubt(format string, a ...any) {
	if s := fmt.Sprintf(format, a...); !slices.Contains(g.unsure, s) {
		g.unsure = append(g.unsure, s)
	}
}

func (g *guesser) look() {
	for _, c := range g.columns {
		if len(c.texts) == 0 {
			continue
		}
		if c.patterns = patternsOf(c.texts[:min(len(c.texts), 200)]); crime.DigitsID(c.texts[0]) == c.texts[0] && !aboutTime.MatchString(c.short) {
			c.patterns = nil // a number is a date only where the name says so
		}
		c.clock = !slices.ContainsFunc(c.texts, func(s string) bool { _, ok := clockOf(s); return !ok }) && aboutTime.MatchString(c.short)
		if c.patterns != nil && c.clock {
			c.patterns = nil
		}
		if bracket := strings.HasSuffix(c.texts[0], ")"); bracket && g.point == nil {
			if lon, lat, ok := pointOf(c.texts[0]); ok && g.degrees(&sample{texts: []string{lon, lat}}) {
				g.point = c
			}
		}
	}
	for _, l := range likely {
		for _, names := range l.names {
			if g.of[l.column] != nil {
				continue
			}
			re := regexp.MustCompile("^(" + names + ")$")
			for _, c := range g.columns {
				fits := l.dated == (c.patterns != nil) && !c.clock && len(c.texts) > 0
				if place := l.column == crime.ColGeoLon || l.column == crime.ColGeoLat; place {
					fits = fits && g.degrees(c)
				}
				if fits && !c.used && c != g.point && re.MatchString(c.short) {
					g.of[l.column], c.used = c, true
					break
				}
			}
		}
	}
	if g.of[crime.ColReported] == nil {
		g.of[crime.ColReported] = g.of[crime.ColFirstOccurrence]
		g.doubt("no date of the report was found: that of the crime stands for it")
	}
	if lon, lat := g.of[crime.ColGeoLon], g.of[crime.ColGeoLat]; lon == nil || lat == nil {
		g.of[crime.ColGeoLon], g.of[crime.ColGeoLat] = nil, nil
		if g.point == nil {
			g.doubt("no degrees were found: without GEO_LON and GEO_LAT, or point, no row has a place")
		}
	} else {
		g.point = nil
	}
}

// degrees says whether most texts are numbers that degrees can be.
func (g *guesser) degrees(c *sample) bool {
	comma := strings.Contains(c.texts[0], ",")
	m, fit := &Mapping{comma: comma}, 0
	for _, s := range c.texts {
		if v, err := strconv.ParseFloat(m.degrees(s), 64); err == nil && -180 <= v && v <= 180 {
			fit++
		}
	}
	ok := 2*fit >= len(c.texts)
	g.comma = g.comma || ok && comma
	return ok
}

// write is the mapping as a file.
func (g *guesser) write(name string, f source.Format) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# A guess from the header and %d rows of %s. Check what is unsure, then:\n#   hotspot prepare %s -o prepared.csv --columns THIS-FILE\nformat: %s\n", g.rows, filepath.Base(name), name, Format)
	title, _, _ := strings.Cut(filepath.Base(name), ".")
	fmt.Fprintf(&b, "title: %s\n", strconv.Quote(title))
	if f.Header > 1 {
		fmt.Fprintf(&b, "header: %d\n", f.Header)
	}
	if g.comma {
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
	}
	if g.of[crime.ColReported] == nil {
		g.doubt("no date was found: give REPORTED_DATE, and its form under dates:")
	}
	var rest []string
	for _, c := range g.columns {
		if !c.used && c != g.point {
			rest = append(rest, strconv.Quote(c.name))
		}
	}
	if rest != nil {
		fmt.Fprintf(&b, "# not used: %s\n", strings.Join(rest, ", "))
	}
	for _, doubt := range g.unsure {
		fmt.Fprintf(&b, "# unsure: %s\n", doubt)
	}
	return b.String()
}

// dates are the patterns that the columns of dates need beside ISO 8601, quoted.
// A column that tells days from months decides for one that does not.
func (g *guesser) dates() (patterns []string) {
	for _, decided := range []bool{true, false} {
		for _, c := range dateColumns {
			s := g.of[c]
			if s == nil || (len(s.patterns) == 1) != decided || slices.ContainsFunc(s.patterns, func(p string) bool { return slices.Contains(patterns, p) }) {
				continue
			}
			switch pattern, _ := strconv.Unquote(s.patterns[0]); {
			case !slices.Contains(isoPatterns, pattern):
				patterns = append(patterns, s.patterns[0])
				if !decided {
					g.doubt("dates of %q could be %s", s.name, strings.Join(s.patterns, " or "))
				}
			case strings.Contains(pattern, "%z"), strings.HasPrefix(pattern, "epoch"):
				g.doubt("dates say a zone; \"timezone: America/Toronto\", or the city's, gives its own hours")
			}
		}
	}
	return patterns
}

// name is what a mapping calls a column: a nameless one by its number.
func (g *guesser) name(s *sample) string {
	if s.name == "" {
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
			g.doubt("%d rows have no %q and will be rejected; {field: %s, id: hash, else: [the fields that tell such rows apart]} keeps them", none, s.name, name)
		}
		if id := idOf(s.texts); id != "integer" {
			return fmt.Sprintf("{field: %s, id: %s}", name, id)
		}
	case slices.Contains(dateColumns, c):
		if clock := g.clockBeside(s); clock != nil && strings.Contains(clock.short, "hour") {
			return fmt.Sprintf("{field: %s, hour: %s}", name, g.name(clock))
		} else if clock != nil {
			return fmt.Sprintf("[%s, %s]", name, g.name(clock))
		}
	}
	return name
}

// idOf is how ids are made of texts: of their digits when those tell them apart.
func idOf(texts []string) string {
	own, digits, plain := map[string]bool{}, map[string]bool{}, true
	for _, s := range texts {
		d := crime.DigitsID(s)
		if d == "" || len(d) > 18 {
			return "hash"
		}
		own[s], digits[d], plain = true, true, plain && d == s
	}
	switch {
	case plain:
		return "integer"
	case len(own) == len(digits):
		return "digits"
	}
	return "hash"
}

// clockBeside is the column with the time of the day of a column of days: of the
// same name but for the word, or the only one.
func (g *guesser) clockBeside(s *sample) (found *sample) {
	if slices.ContainsFunc(s.texts, func(t string) bool {
		return strings.Contains(t, ":") && !strings.Contains(t, "00:00") && !strings.Contains(t, "12:00:00 AM")
	}) {
		return nil
	}
	stem := strings.NewReplacer("date", "", "time", "", "dt", "", "tm", "", "hour", "")
	var clocks []*sample
	for _, c := range g.columns {
		if c.clock && (found == nil || len(c.texts) > len(found.texts)) && stem.Replace(c.short) == stem.Replace(s.short) {
			found = c
		} else if c.clock {
			clocks = append(clocks, c)
		}
	}
	if found == nil && len(clocks) == 1 && g.of[crime.ColReported] == g.of[crime.ColFirstOccurrence] {
		found = clocks[0]
		g.doubt("%q is taken for the time of the day of %q", found.name, s.name)
	}
	if found != nil {
		found.used = true
	}
	return found
}
