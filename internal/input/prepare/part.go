package prepare

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
)

// Part says which rows are kept and how exact their places stay. The zero value
// keeps all rows as they are.
type Part struct {
	Where []string `name:"where" sep:"none" placeholder:"COLUMN=VALUE,..." help:"Keep rows with one of the values, as OFFENSE_CATEGORY_ID=burglary,robbery; given again, both must hold. The title says so."`
	Since string   `name:"since" placeholder:"YYYY-MM-DD" help:"Keep rows reported on this day or later."`
	Until string   `name:"until" placeholder:"YYYY-MM-DD" help:"Keep rows reported on this day or before."`
	Blur  string   `name:"blur" placeholder:"100m" help:"Move places to the nearest point of a grid of this width: a place with one crime is an address."`
}

// condition is one Where.
type condition struct {
	column int
	values []string
	seen   []bool // which of them a row had
}

// part is a Part that was checked.
type part struct {
	where        []condition
	since, until string
	blurM        float64
}

// check says all that is wrong with p.
func (p Part) check() (part, []error) {
	var errs []error
	wrong := func(format string, a ...any) { errs = append(errs, usage.Errorf("prepare: "+format, a...)) }
	var out part
	for _, text := range p.Where {
		name, list, found := strings.Cut(text, "=")
		column := slices.Index(crime.Columns[:], name)
		values := strings.Split(list, ",")
		switch {
		case !found || slices.Contains(values, ""):
			wrong("--where %q: want COLUMN=value or COLUMN=value,value", text)
			continue
		case column < 0:
			wrong("--where %q: %q is none of the columns; want one of %s", text, name, strings.Join(crime.Columns[:], ", "))
			continue
		}
		slices.Sort(values)
		values = slices.Compact(values)
		out.where = append(out.where, condition{column, values, make([]bool, len(values))})
	}
	slices.SortStableFunc(out.where, func(a, b condition) int { return a.column - b.column })
	for _, d := range []struct {
		flag, text string
		into       *string
	}{{"--since", p.Since, &out.since}, {"--until", p.Until, &out.until}} {
		if _, err := time.Parse(time.DateOnly, d.text); d.text != "" && err != nil {
			wrong("%s %q: want a day of the calendar, as 2020-01-31", d.flag, d.text)
		}
		*d.into = d.text
	}
	if out.since != "" && out.until != "" && out.since > out.until {
		wrong("--since %s is after --until %s: no row could be kept; swap them", out.since, out.until)
	}
	if p.Blur != "" {
		m, err := strconv.ParseFloat(strings.TrimSuffix(p.Blur, "m"), 64)
		if err != nil || !strings.HasSuffix(p.Blur, "m") || !(m >= 1 && m <= 10000) {
			wrong("--blur %q: want meters from 1m to 10000m, as 100m", p.Blur)
		}
		out.blurM = m
	}
	return out, errs
}

// filter is the part in words, for the sidecar and the title: "" for all rows.
func (p *part) filter() string {
	var words []string
	for _, c := range p.where {
		words = append(words, crime.Columns[c.column]+"="+strings.Join(c.values, ","))
	}
	if p.since != "" {
		words = append(words, "since "+p.since)
	}
	if p.until != "" {
		words = append(words, "until "+p.until)
	}
	return strings.Join(words, ", ")
}

// keeps says whether a row belongs to the part.
func (p *part) keeps(rec *crime.Record) bool {
	all := true
	for _, c := range p.where {
		if at := slices.Index(c.values, rec.Text[c.column]); at >= 0 {
			c.seen[at] = true
		} else {
			all = false
		}
	}
	reported := rec.Text[crime.ColReported][:len("2020-01-01")]
	return all && (p.since == "" || reported >= p.since) && (p.until == "" || reported <= p.until)
}

// unseen are the values of where that no row had: most often they are misspelled.
func (p *part) unseen() []string {
	var out []string
	for _, c := range p.where {
		for i, seen := range c.seen {
			if !seen {
				out = append(out, crime.Columns[c.column]+"="+c.values[i])
			}
		}
	}
	return out
}

// blur moves the place of a row to the nearest point of a grid whose rows lie
// blurM apart from the equator on, and whose points lie blurM apart on each of
// them. What is written is what is kept: the exact place is nowhere.
func (p *part) blur(rec *crime.Record) error {
	if p.blurM == 0 || !rec.Located {
		return nil
	}
	const metersPerDegree = 6371008.8 * math.Pi / 180
	north := p.blurM / metersPerDegree
	lat := snapped(rec.Place.Lat, north, 90)
	rec.Text[crime.ColGeoLat] = written(lat)
	rec.Text[crime.ColGeoLon] = written(snapped(rec.Place.Lon, north/math.Cos(lat*math.Pi/180), 180))
	return rec.Parse()
}

func snapped(degrees, step, most float64) float64 {
	return min(max(math.Round(degrees/step)*step, -most), most)
}

// written never has a -0: the same place blurred again is the same text.
func written(degrees float64) string { return strconv.FormatFloat(degrees+0, 'f', 6, 64) }
