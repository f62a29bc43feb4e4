package generate

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
)

// offenseType is one, in Denver's vocabulary; the weights are about what Denver
// reports of each in 10,000 offenses.
type offenseType struct {
	code, extension string
	name, category  string
	weight          int
}

//go:embed offense-types.csv
var offenseTypesCSV string

var offenseTypes = table(offenseTypesCSV, func(text []string, number []int) offenseType {
	return offenseType{text[0], text[1], text[2], text[3], number[4]}
})

var typeSums = cumulate(offenseTypes, func(t offenseType) int { return t.weight })

// profile is what is particular about a hot spot: offense types of one category,
// of which 11 of 20 of its crimes are, and hours.
type profile struct {
	types []int // indices in offenseTypes
	hours []int // cumulative weights
}

var profiles = [...]profile{
	{typesOf("theft-of-motor-vehicle", "theft-stln-vehicle-trailer"), nightHours},
	{typesOf("theft-shoplift", "theft-other", "theft-from-bldg"), dayHours},
	{typesOf("assault-simple", "assault-dv"), nightHours},
	{typesOf("theft-items-from-vehicle", "theft-parts-from-vehicle"), anyHours},
	{typesOf("drug-poss-paraphernalia", "drug-pcs-other-drug", "drug-methampetamine-possess"), dayHours},
	{typesOf("criminal-mischief-mtr-veh", "criminal-mischief-other", "criminal-mischief-graffiti"), nightHours},
	{typesOf("burglary-business-by-force", "burglary-business-no-force"), nightHours},
	{typesOf("theft-bicycle", "theft-other"), anyHours},
}

func typesOf(names ...string) (types []int) {
	for _, name := range names {
		types = append(types, slices.IndexFunc(offenseTypes, func(t offenseType) bool { return t.name == name }))
	}
	return types
}

// table makes a T of each row of an embedded CSV below its header: of the fields as
// they stand, and as numbers where they are some.
func table[T any](text string, of func(text []string, number []int) T) (all []T) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("generate: " + err.Error()) // it is ours, and every test reads it
	}
	for _, row := range rows[1:] {
		number := make([]int, len(row))
		for i, s := range row {
			number[i], _ = strconv.Atoi(s)
		}
		all = append(all, of(row, number))
	}
	return all
}
