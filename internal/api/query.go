package api

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxAsked is how many places and ids one call may ask for.
const maxAsked = 1000

// query is the body of predict.
type query struct {
	places []location
	crimes []int64
}

// location is a place that is asked for.
type location struct {
	lon, lat float64
	hour     *int // nil when none was given
}

// onePlace and manyPlaces are the two forms of a body.
type onePlace struct {
	Lon  *float64 `json:"lon"`
	Lat  *float64 `json:"lat"`
	Hour *int     `json:"hour"`
}

type manyPlaces struct {
	onePlace  `json:",inline"`
	Locations []onePlace `json:"locations"`
	CrimeIDs  []string   `json:"crime_ids"`
}

// wanted is what a value of each kind is in JSON.
var wanted = map[reflect.Kind]string{
	reflect.Float64: "a number of degrees", reflect.Int: "an integer", reflect.String: "a string",
	reflect.Struct: "an object", reflect.Slice: "a list",
}

// parseQuery reads a body strictly: one object and nothing after it, every
// member known and there once, spelled as it is, in valid UTF-8. asks is what a place
// needs for the model beside lon and lat (feature.Set.Asks).
func parseQuery(body []byte, asks string) (*query, error) {
	if value := jsontext.Value(body); !value.IsValid() || value.Kind() != '{' {
		return nil, notJSON("The body is not one JSON object")
	}
	if field := findNull(body); field != "" {
		return nil, badField(field, "want a value, not null")
	}
	var b manyPlaces
	err := json.Unmarshal(body, &b, json.RejectUnknownMembers(true))
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok && !errors.Is(err, json.ErrUnknownName) {
		return nil, badField(fieldAt(wrong.JSONPointer), "want "+wanted[wrong.GoType.Kind()])
	}
	if err != nil {
		return nil, notJSON("The body has a member that is not known")
	}
	q := new(query)
	if b.Locations == nil && b.CrimeIDs == nil {
		place, err := b.parse("", asks)
		q.places = []location{place}
		return q, err
	}
	for _, member := range []struct {
		name  string
		given bool
	}{{"lon", b.Lon != nil}, {"lat", b.Lat != nil}, {"hour", b.Hour != nil}} {
		if member.given {
			return nil, badField(member.name, "stands beside locations or crime_ids; put it into locations")
		}
	}
	many := len(b.Locations)+len(b.CrimeIDs) > maxAsked
	number := fmt.Sprintf("want 1 to %d places and ids together, and no empty list", maxAsked)
	switch {
	case b.Locations != nil && (many || len(b.Locations) == 0):
		return nil, badField("locations", number)
	case b.CrimeIDs != nil && (many || len(b.CrimeIDs) == 0):
		return nil, badField("crime_ids", number)
	}
	for i, one := range b.Locations {
		place, err := one.parse(fmt.Sprintf("locations[%d].", i), asks)
		if err != nil {
			return nil, err
		}
		q.places = append(q.places, place)
	}
	for i, text := range b.CrimeIDs {
		id, err := parseCrime(text)
		if err != nil {
			return nil, badField(fmt.Sprintf("crime_ids[%d]", i), "want digits without a leading zero, at most 9223372036854775807")
		}
		q.crimes = append(q.crimes, id)
	}
	return q, nil
}

func notJSON(what string) error {
	return newProblem(invalidJSON, what+`; want {"lon":-104.98,"lat":39.74} or {"locations":[…],"crime_ids":["…"]}, each member once.`)
}

// findNull is the name of the first place in a body that holds null, which
// json.Unmarshal takes for an absent member; "" when there is none.
func findNull(body []byte) string {
	for d := jsontext.NewDecoder(bytes.NewReader(body)); ; {
		switch t, err := d.ReadToken(); {
		case err != nil:
			return ""
		case t.Kind() == 'n':
			return fieldAt(d.StackPointer())
		}
	}
}

// fieldAt is the name of a place in a body: locations[0].lat.
func fieldAt(at jsontext.Pointer) (name string) {
	for token := range at.Tokens() {
		switch _, err := strconv.Atoi(token); {
		case err == nil:
			name += "[" + token + "]"
		case name != "":
			name += "." + token
		default:
			name = token
		}
	}
	return name
}

// parse reads a place; under stands before the names of its members in errors.
func (p *onePlace) parse(under, asks string) (l location, err error) {
	if l.lon, err = parseDegrees(p.Lon, under+"lon", 180); err != nil {
		return l, err
	}
	if l.lat, err = parseDegrees(p.Lat, under+"lat", 90); err != nil {
		return l, err
	}
	switch l.hour = p.Hour; {
	case asks != "" && asks != "hour":
		err = badField(under+asks, "is a feature of this model that a place cannot be given; ask about crime_ids")
	case p.Hour == nil && asks == "hour":
		err = badField(under+"hour", "is missing; the features of this model hold the time")
	case p.Hour != nil && asks == "":
		err = badField(under+"hour", "the features of this model do not hold the time; leave it out")
	case p.Hour != nil && (*p.Hour < 0 || *p.Hour > 23):
		err = badField(under+"hour", "want an integer of 0 to 23")
	}
	return l, err
}

// parseDegrees reads a number within ±limit.
func parseDegrees(v *float64, field string, limit float64) (float64, error) {
	switch {
	case v == nil:
		return 0, badField(field, "is missing")
	case *v < -limit || *v > limit:
		return 0, badField(field, fmt.Sprintf("want a number of degrees within ±%g", limit))
	}
	return *v + 0, nil // not -0
}
