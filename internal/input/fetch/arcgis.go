package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// arcgis is a layer of a FeatureServer or MapServer. It says all of its object
// ids at once, and gives at most so many rows; so ranges of ids are asked for,
// and what an answer leaves out is seen, whether it says exceededTransferLimit
// or not.
type arcgis struct {
	*client
	url, where string
	layer      layer
	key        string  // the field of the object id
	ids        []int64 // ascending
	size       int     // ids that are asked for at once
}

// layer is what a layer says of itself.
type layer struct {
	MaxRecordCount int
	GeometryType   string
	Fields         []struct{ Name, Type string }
	EditingInfo    struct{ LastEditDate int64 }
}

func (a *arcgis) stamp(ctx context.Context) (stamp, error) {
	a.layer = layer{}
	if err := a.ask(ctx, "", url.Values{}, &a.layer); err != nil {
		return stamp{}, err
	}
	var all struct {
		ObjectIDFieldName string
		ObjectIDs         []int64
	}
	if err := a.ask(ctx, "/query", url.Values{"where": {a.where}, "returnIdsOnly": {"true"}}, &all); err != nil {
		return stamp{}, err
	}
	var count struct{ Count *int64 }
	if err := a.ask(ctx, "/query", url.Values{"where": {a.where}, "returnCountOnly": {"true"}}, &count); err != nil {
		return stamp{}, err
	}
	a.ids = slices.Clone(all.ObjectIDs)
	slices.Sort(a.ids)
	a.ids = slices.Compact(a.ids)
	if count.Count == nil || *count.Count != int64(len(a.ids)) || len(all.ObjectIDs) != len(a.ids) {
		return stamp{}, fmt.Errorf("its %d ids, of which %d differ, are not the rows that it counts; run the command again", len(all.ObjectIDs), len(a.ids))
	}
	if a.size == 0 {
		a.size = min(max(a.layer.MaxRecordCount, 1), 2000)
	}
	a.key = all.ObjectIDFieldName
	version := sha256.Sum256(fmt.Append(nil, a.ids, a.layer))
	return stamp{a.key, int64(len(a.ids)), fmt.Sprintf("%x", version[:8])}, nil
}

func (a *arcgis) page(ctx context.Context, after string) ([]string, [][]string, error) {
	from := 0
	if after != "" {
		id, err := strconv.ParseInt(after, 10, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("%q is no object id", after)
		}
		from, _ = slices.BinarySearch(a.ids, id+1)
	}
	header := a.header()
	for {
		want := a.ids[from:min(from+a.size, len(a.ids))]
		if len(want) == 0 {
			return header, nil, nil
		}
		got, err := a.rows(ctx, header, want[0], want[len(want)-1])
		if err != nil {
			return nil, nil, err
		}
		rows := make([][]string, 0, len(want))
		for _, id := range want {
			if row, there := got[id]; there {
				rows = append(rows, row)
			}
		}
		switch {
		case len(rows) == len(want):
			return header, rows, nil
		case len(want) == 1:
			return nil, nil, fmt.Errorf("it names the object id %d and does not give its row", want[0])
		}
		a.size = len(want) / 2 // it gives fewer at once than it says
	}
}

// header names the columns: the fields of the layer, and the place of a point
// in degrees, unless fields have these names.
func (a *arcgis) header() (names []string) {
	for _, f := range a.layer.Fields {
		names = append(names, f.Name)
	}
	place := func(name string) bool { return strings.EqualFold(name, "x") || strings.EqualFold(name, "y") }
	if a.layer.GeometryType == "esriGeometryPoint" && !slices.ContainsFunc(names, place) {
		names = append(names, "x", "y")
	}
	return names
}

// rows asks for the rows of a range of object ids, and returns those that came.
func (a *arcgis) rows(ctx context.Context, header []string, first, last int64) (map[int64][]string, error) {
	var answer struct {
		Features []struct{ Attributes, Geometry map[string]json.RawMessage }
	}
	where := fmt.Sprintf("(%s) AND %s >= %d AND %s <= %d", a.where, a.key, first, a.key, last)
	if err := a.ask(ctx, "/query", url.Values{"where": {where}, "outFields": {"*"}, "outSR": {"4326"}}, &answer); err != nil {
		return nil, err
	}
	out := map[int64][]string{}
	for _, f := range answer.Features {
		row := make([]string, len(header))
		for i := range header {
			if i < len(a.layer.Fields) {
				row[i] = text(f.Attributes[header[i]], a.layer.Fields[i].Type)
			} else {
				row[i] = text(f.Geometry[header[i]], "")
			}
		}
		id, err := strconv.ParseInt(text(f.Attributes[a.key], ""), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a row has no %s: %w", a.key, err)
		}
		out[id] = row
	}
	return out, nil
}

// text is a value as it stands in a CSV. A date, which comes in milliseconds,
// becomes ISO 8601 in UTC.
func text(value json.RawMessage, kind string) string {
	var s string
	if json.Unmarshal(value, &s) == nil { // also null
		return s
	}
	if ms, err := strconv.ParseInt(string(value), 10, 64); err == nil && kind == "esriFieldTypeDate" {
		return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z")
	}
	return string(value)
}

// ask asks for JSON. What a server refuses, it refuses with status 200.
func (a *arcgis) ask(ctx context.Context, path string, query url.Values, into any) error {
	query.Set("f", "json")
	return a.get(ctx, a.url+path, query, func(body []byte) error {
		var refused struct {
			Error *struct {
				Code    int
				Message string
			}
		}
		err := json.Unmarshal(body, &refused)
		if e := refused.Error; err == nil && e != nil {
			err = fmt.Errorf("it answered %d: %q", e.Code, e.Message)
			if e.Code/100 == 4 && e.Code != http.StatusTooManyRequests {
				err = finalError{err}
			}
			return err
		}
		if err == nil {
			err = json.Unmarshal(body, into)
		}
		if err != nil {
			return fmt.Errorf("its answer is no JSON of a layer: %w", err)
		}
		return nil
	})
}
