package fetch_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// standIn is a table of a portal as both interfaces show it, written from their
// public documentation (dev.socrata.com/docs; "Query (Feature Service/Layer)" of
// the ArcGIS REST API). It is an http.RoundTripper, so a fault can be anything
// that a network does.
type standIn struct {
	rng    *rand.Rand
	rows   []row
	next   int  // number of the next row
	clock  int  // of the newest change
	most   int  // rows of an answer, whatever is asked for
	says   int  // maxRecordCount
	quotes bool // around every text of a CSV
	asked  int
	faults map[int]string // by the number of the request
	last   http.Header
}

type row struct {
	number  int // objectid, and the order of :id
	changed int
	text    string
	when    int64 // milliseconds
}

// id is what Socrata shows as :id: its order is not that of the texts.
func (r row) id() string { return fmt.Sprintf("row-%05x", uint32(r.number*0x9E37)%0xfffff) }

func newStandIn(rng *rand.Rand, rows int) *standIn {
	p := &standIn{rng: rng, most: 3 + rng.IntN(9), next: 1, quotes: rng.IntN(2) == 0, faults: map[int]string{}}
	p.says = p.most
	for range rows {
		p.insert(rng.IntN(2) == 0)
	}
	return p
}

func (p *standIn) insert(sameTime bool) {
	if !sameTime || p.clock == 0 {
		p.clock++
	}
	texts := []string{"theft", `said "stop", and ran`, "two\nlines", "Zürich  ", "", "a,b"}
	p.rows = append(p.rows, row{p.next, p.clock, texts[p.rng.IntN(len(texts))], 1718451060000 + int64(p.rng.IntN(3))*86400000})
	p.next += 1 + p.rng.IntN(3)
	p.rng.Shuffle(len(p.rows), func(i, j int) { p.rows[i], p.rows[j] = p.rows[j], p.rows[i] }) // a table has no order
}

// truth are the rows as they stand in the raw file, sorted.
func (p *standIn) truth(soda bool) []string {
	var out []string
	for _, r := range p.rows {
		if soda {
			out = append(out, fmt.Sprintf("%q", []string{strconv.Itoa(r.number), iso(r.when), r.text, r.id()}))
		} else {
			out = append(out, fmt.Sprintf("%q", []string{strconv.Itoa(r.number), iso(r.when) + "Z", r.text, "-104.98", "39.74"}))
		}
	}
	slices.Sort(out)
	return out
}

func iso(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05") }

func (p *standIn) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	p.asked++
	p.last = r.Header
	fault := p.faults[p.asked]
	switch fault {
	case "insert":
		p.insert(false)
	case "delete", "move":
		if len(p.rows) > 0 {
			p.rows = p.rows[1:]
		}
		p.clock++
		if fault == "move" { // to another page: as a new row
			p.insert(true)
		}
	case "lower":
		p.most = 1 + p.rng.IntN(p.most)
	case "no connection":
		return nil, errors.New("connection reset by peer")
	}
	most := p.most
	if fault == "short" {
		p.most = p.rng.IntN(p.most)
	}
	status, body := p.answer(r)
	p.most = most
	header := http.Header{}
	var tail error = io.EOF
	switch fault {
	case "429":
		status, body = 429, "slow down"
		header.Set("Retry-After", []string{"7", "", "Mon, 02 Jan 1995 15:04:05 GMT", "soon"}[p.rng.IntN(4)])
	case "tomorrow":
		status, body = 429, "slow down"
		header.Set("Retry-After", "86400")
	case "500":
		status, body = 500+p.rng.IntN(4), "<html>oops</html>"
	case "202":
		status, body = 202, ""
	case "html":
		status, body = 200, "<!DOCTYPE html><html>We are back soon.</html>\n"
	case "error in 200":
		body = `{"error":{"code":500,"message":"Unable to complete operation.","details":[]}}`
	case "cut":
		body, tail = body[:p.rng.IntN(len(body)+1)], io.ErrUnexpectedEOF
	case "cut in silence":
		body = body[:p.rng.IntN(len(body)+1)]
	}
	return &http.Response{
		StatusCode: status, Status: fmt.Sprint(status), Header: header, Request: r,
		Body: io.NopCloser(io.MultiReader(strings.NewReader(body), failing{tail})),
	}, nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func (p *standIn) answer(r *http.Request) (int, string) {
	q := r.URL.Query()
	switch r.URL.Path {
	case "/resource/abcd-1234.json", "/resource/abcd-1234.csv":
		return p.soda(q.Get, strings.HasSuffix(r.URL.Path, ".csv"))
	case "/x/FeatureServer/0", "/x/FeatureServer/0/query":
		if q.Get("f") == "json" {
			return 200, p.arcgis(q.Get, strings.HasSuffix(r.URL.Path, "/query"))
		}
	}
	return 404, `{"message":"Not found"}`
}

var (
	sodaSince = regexp.MustCompile(`^(?:date|:updated_at) >= '([0-9-]{10})T00:00:00'$`)
	sodaAfter = regexp.MustCompile(`^:id > '(row-[0-9a-f]{5})'$`)
	esriSince = regexp.MustCompile(`^when >= DATE '([0-9-]{10})'$`)
	esriAfter = regexp.MustCompile(`^\((.*)\) AND OBJECTID > (-?[0-9]+)$`)
)

// chosen are the rows of a day or later, by their key.
func (p *standIn) chosen(since string) []row {
	rows := slices.DeleteFunc(slices.Clone(p.rows), func(r row) bool { return iso(r.when) < since })
	slices.SortFunc(rows, func(a, b row) int { return a.number - b.number })
	return rows
}

func (p *standIn) soda(q func(string) string, asCSV bool) (int, string) {
	var since, after string
	for _, c := range strings.Split(q("$where"), " AND ") {
		if m := sodaSince.FindStringSubmatch(c); m != nil {
			since = m[1]
		} else if m := sodaAfter.FindStringSubmatch(c); m != nil {
			after = m[1]
		} else if c != "" {
			return 400, `{"message":"query.compiler.malformed"}`
		}
	}
	rows := p.chosen(since)
	if !asCSV {
		newest := 0
		for _, r := range rows {
			newest = max(newest, r.changed)
		}
		return 200, fmt.Sprintf(`[{"n":"%d","updated":"2026-11-30T00:%02d:%02d.000Z"}]`, len(rows), newest/60, newest%60)
	}
	limit, err := strconv.Atoi(q("$limit"))
	if err != nil || q("$select") != "*, :id" || q("$order") != ":id" {
		return 400, `{"message":"query.compiler.malformed"}`
	}
	if after != "" { // a row that is gone has its place in the order all the same
		n := 0
		for ; n < p.next && (row{number: n}).id() != after; n++ {
		}
		rows = slices.DeleteFunc(rows, func(r row) bool { return r.number <= n })
	}
	var b strings.Builder
	b.WriteString(`"number","date","text",":id"` + "\n")
	for _, r := range rows[:min(len(rows), limit, p.most)] {
		quote := ""
		if p.quotes {
			quote = `"`
		}
		fmt.Fprintf(&b, `%[1]s%[2]d%[1]s,%[1]s%[3]s%[1]s,"%[4]s",%[1]s%[5]s%[1]s`+"\n",
			quote, r.number, iso(r.when), strings.ReplaceAll(r.text, `"`, `""`), r.id())
	}
	return 200, b.String()
}

func (p *standIn) arcgis(q func(string) string, query bool) string {
	type object = map[string]any
	encode := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	if !query {
		var fields []object
		for _, f := range [][2]string{{"OBJECTID", "OID"}, {"when", "Date"}, {"text", "String"}} {
			fields = append(fields, object{"name": f[0], "type": "esriFieldType" + f[1], "alias": f[0]})
		}
		return encode(object{
			"maxRecordCount": p.says, "geometryType": "esriGeometryPoint", "fields": fields,
			"editingInfo": object{"lastEditDate": 1700000000000 + p.clock},
		})
	}
	where, after := q("where"), -1
	if m := esriAfter.FindStringSubmatch(where); m != nil {
		where = m[1]
		after, _ = strconv.Atoi(m[2])
	}
	var since string
	if m := esriSince.FindStringSubmatch(where); m != nil {
		since = m[1]
	} else if where != "1=1" {
		return encode(object{"error": object{"code": 400, "message": "Invalid query parameters"}})
	}
	var features []object
	ids := []int{}
	for _, r := range p.chosen(since) {
		if r.number > after {
			ids = append(ids, r.number)
			features = append(features, object{
				"attributes": object{"OBJECTID": r.number, "when": r.when, "text": r.text},
				"geometry":   object{"x": -104.98, "y": 39.74},
			})
		}
	}
	switch {
	case q("returnIdsOnly") == "true":
		return encode(object{"objectIdFieldName": "OBJECTID", "objectIds": ids})
	case q("orderByFields") != "OBJECTID":
		p.rng.Shuffle(len(features), func(i, j int) { features[i], features[j] = features[j], features[i] })
	}
	if len(features) > p.most {
		return encode(object{"exceededTransferLimit": true, "features": features[:p.most]})
	}
	return encode(object{"objectIdFieldName": "OBJECTID", "features": features})
}

// rowsOf reads a raw file: its header, and its rows, sorted.
func rowsOf(text string) (string, []string, error) {
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(all) == 0 {
		return "", nil, fmt.Errorf("%d lines, %w", len(all), err)
	}
	var out []string
	for _, r := range all[1:] {
		out = append(out, fmt.Sprintf("%q", r))
	}
	slices.Sort(out)
	return strings.Join(all[0], ","), out, nil
}
