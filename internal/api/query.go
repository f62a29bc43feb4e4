package api

import (
	"errors"
	"fmt"
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

// onePlace and manyPlaces are the two forms of a body. Values stay text until
// it is known which member they belong to, so that an error can name it.
type onePlace struct {
	Lon  jsontext.Value `json:"lon"`
	Lat  jsontext.Value `json:"lat"`
	Hour jsontext.Value `json:"hour"`
}

type manyPlaces struct {
	onePlace  `json:",inline"`
	Locations jsontext.Value `json:"locations"`
	CrimeIDs  jsontext.Value `json:"crime_ids"`
}

// parseQuery reads a body strictly: one object and nothing after it, every
// member known and there once, spelled as it is, in valid UTF-8. asks is what a place
// needs for the model beside lon and lat (feature.Set.Asks).
func parseQuery(body []byte, asks string) (*query, error) {
	if !jsontext.Value(body).IsValid() {
		return nil, notJSON("The body is not one JSON object")
	}
	var b manyPlaces
	if jsontext.Value(body).Kind() != '{' {
		return nil, notJSON("The body is no JSON object")
	}
	if err := json.Unmarshal(body, &b, json.RejectUnknownMembers(true)); err != nil {
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
		value jsontext.Value
	}{{"lon", b.Lon}, {"lat", b.Lat}, {"hour", b.Hour}} {
		if member.value != nil {
			return nil, badField(member.name, "stands beside locations or crime_ids; put it into locations")
		}
	}
	places, err := elements(b.Locations, "locations", '{', "an object")
	if err != nil {
		return nil, err
	}
	crimes, err := elements(b.CrimeIDs, "crime_ids", '"', "a string")
	if err != nil {
		return nil, err
	}
	if n := len(places) + len(crimes); n < 1 || n > maxAsked {
		field := "locations"
		if b.Locations == nil {
			field = "crime_ids"
		}
		return nil, badField(field, fmt.Sprintf("want 1 to %d places and ids together", maxAsked))
	}
	for i, value := range places {
		var one onePlace
		if err := json.Unmarshal(value, &one, json.RejectUnknownMembers(true)); err != nil {
			return nil, notJSON("A location has a member that is not known")
		}
		place, err := one.parse("locations["+strconv.Itoa(i)+"].", asks)
		if err != nil {
			return nil, err
		}
		q.places = append(q.places, place)
	}
	for i, value := range crimes {
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return nil, err // it was seen to be a string
		}
		id, err := parseCrime(text)
		if err != nil {
			return nil, badField("crime_ids["+strconv.Itoa(i)+"]", "want digits without a leading zero, at most 9223372036854775807")
		}
		q.crimes = append(q.crimes, id)
	}
	return q, nil
}

func notJSON(what string) error {
	return newProblem(invalidJSON, what+`; want {"lon":-104.98,"lat":39.74} or {"locations":[…],"crime_ids":["…"]}, each member once.`)
}

// elements takes an array apart, of which every element must be of a kind.
func elements(value jsontext.Value, field string, kind jsontext.Kind, want string) ([]jsontext.Value, error) {
	if value == nil {
		return nil, nil
	}
	if value.Kind() != '[' {
		return nil, badField(field, "want a list")
	}
	var all []jsontext.Value
	if err := json.Unmarshal(value, &all); err != nil {
		return nil, err // it was seen to be valid
	}
	if len(all) == 0 {
		return nil, badField(field, "is empty; leave it out")
	}
	for i, one := range all {
		if one.Kind() != kind {
			return nil, badField(field+"["+strconv.Itoa(i)+"]", "want "+want)
		}
	}
	return all, nil
}

// parse reads a place; under stands before the names of its members in errors.
func (p *onePlace) parse(under, asks string) (l location, err error) {
	if l.lon, err = parseDegrees(p.Lon, under+"lon", 180); err != nil {
		return l, err
	}
	if l.lat, err = parseDegrees(p.Lat, under+"lat", 90); err != nil {
		return l, err
	}
	switch {
	case asks != "" && asks != "hour":
		return l, badField(under+asks, "is a feature of this model that a place cannot be given; ask about crime_ids")
	case p.Hour == nil && asks == "hour":
		return l, badField(under+"hour", "is missing; the features of this model hold the time")
	case p.Hour == nil:
		return l, nil
	case asks == "":
		return l, badField(under+"hour", "the features of this model do not hold the time; leave it out")
	}
	hour, err := strconv.Atoi(string(p.Hour))
	if err != nil || hour < 0 || hour > 23 {
		return l, badField(under+"hour", "want an integer of 0 to 23")
	}
	l.hour = &hour
	return l, nil
}

// parseDegrees reads a number within ±limit.
func parseDegrees(value jsontext.Value, field string, limit float64) (float64, error) {
	switch {
	case value == nil:
		return 0, badField(field, "is missing")
	case value.Kind() != '0':
		return 0, badField(field, "want a number")
	}
	v, err := strconv.ParseFloat(string(value), 64)
	if errors.Is(err, strconv.ErrRange) || v < -limit || v > limit {
		return 0, badField(field, fmt.Sprintf("want a number of degrees within ±%g", limit))
	}
	return v + 0, err // not -0
}
