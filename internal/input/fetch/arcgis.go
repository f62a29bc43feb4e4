package fetch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// arcgis is a layer of a FeatureServer or MapServer. It says all of its object
// ids at once, and gives at most so many rows. Since it is asked for those
// behind the last, maxRecordCount and exceededTransferLimit need not be true.
type arcgis struct {
	*client
	url, where string
	key        string   // the field of the object id
	layer      esriJSON // what the layer says of itself
}

// esriJSON is any answer of a layer.
type esriJSON struct {
	Error             struct{ Code refusal }
	GeometryType      string
	Fields            []struct{ Name, Type string }
	EditingInfo       struct{ LastEditDate int64 }
	ObjectIDFieldName string
	ObjectIDs         []int64
	Features          []struct{ Attributes, Geometry map[string]json.RawMessage }
}

func (a *arcgis) stamp(ctx context.Context) (stamp, error) {
	layer, err := a.ask(ctx, "", url.Values{})
	if err != nil {
		return stamp{}, err
	}
	all, err := a.ask(ctx, "/query", url.Values{"where": {a.where}, "returnIdsOnly": {"true"}})
	if err != nil {
		return stamp{}, err
	}
	a.layer, a.key = layer, all.ObjectIDFieldName
	slices.Sort(all.ObjectIDs)
	version := sha256.Sum256(fmt.Append(nil, all.ObjectIDs, layer))
	return stamp{a.key, int64(len(all.ObjectIDs)), fmt.Sprintf("%x", version[:8])}, nil
}

func (a *arcgis) page(ctx context.Context, after string) ([][]string, error) {
	where := fmt.Sprintf("(%s) AND %s > %s", a.where, a.key, cmp.Or(after, "-1"))
	answer, err := a.ask(ctx, "/query", url.Values{"where": {where}, "orderByFields": {a.key}, "outFields": {"*"}, "outSR": {"4326"}})
	var header []string
	for _, f := range a.layer.Fields {
		header = append(header, f.Name)
	}
	point := a.layer.GeometryType == "esriGeometryPoint"
	if point {
		header = append(header, "x", "y")
	}
	table := [][]string{header}
	for _, feature := range answer.Features {
		var row []string
		for _, f := range a.layer.Fields {
			row = append(row, text(feature.Attributes[f.Name], f.Type))
		}
		if point {
			row = append(row, text(feature.Geometry["x"], ""), text(feature.Geometry["y"], ""))
		}
		table = append(table, row)
	}
	return table, err
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
func (a *arcgis) ask(ctx context.Context, path string, query url.Values) (answer esriJSON, err error) {
	query.Set("f", "json")
	err = a.get(ctx, a.url+path, query, func(body []byte) error {
		answer = esriJSON{}
		if err := json.Unmarshal(body, &answer); err != nil {
			return err
		}
		if answer.Error.Code != 0 {
			return answer.Error.Code
		}
		return nil
	})
	return answer, err
}
