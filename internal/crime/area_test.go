package crime_test

import (
	"math"
	"strings"
	"testing"

	"hotspot/internal/crime"
)

func TestAnAreaTravelsAsOneTextAndInNoOtherForm(t *testing.T) {
	toronto := crime.Area{
		Origin: crime.Place{Lon: -79.38, Lat: 43.715}, Bounds: crime.Bounds{Lon: [2]float64{-79.64, -79.12}, Lat: [2]float64{43.58, 43.85}},
		Zone: "America/Toronto", MaskedM: 150,
	}
	const text = "-79.38,43.715;-79.64,43.58,-79.12,43.85;America/Toronto;150"
	if got := toronto.String(); got != text {
		t.Errorf("%s, want %s", got, text)
	}
	if a, err := crime.ParseArea(text); err != nil || a != toronto {
		t.Errorf("ParseArea(%s) = %+v, %v", text, a, err)
	}
	for name, in := range map[string]string{
		"nothing":         "",
		"three parts":     "-79.38,43.715;-79.64,43.58,-79.12,43.85;America/Toronto",
		"other digits":    strings.Replace(text, "-79.38", "-79.380", 1),
		"-0":              strings.Replace(text, ";150", ";-0", 1),
		"spaces":          strings.Replace(text, ",43", ", 43", 1),
		"outside":         strings.Replace(text, "-79.38,", "-78,", 1),
		"west after east": strings.Replace(text, "-79.64", "-79", 1),
		"the pole":        "0,88;-1,87,1,89;;0",
		"a zone in words": strings.Replace(text, "America/Toronto", "Eastern time", 1),
		"masked backward": strings.Replace(text, ";150", ";-1", 1),
	} {
		if a, err := crime.ParseArea(in); err == nil {
			t.Errorf("%s: ParseArea(%s) = %+v", name, in, a)
		}
	}
	toronto.Origin.Lat = math.NaN()
	if toronto.Validate() == nil {
		t.Error("NaN is a latitude")
	}
}
