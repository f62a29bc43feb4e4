package generate

import "slices"

// offenseType is one, in Denver's vocabulary; the weights are about what Denver
// reports of each in 10,000 offenses.
type offenseType struct {
	code, extension string
	name, category  string
	weight          int
}

var offenseTypes = [...]offenseType{
	{"0912", "0", "homicide-other", "murder", 10},
	{"1006", "0", "kidnap-adult-victim", "all-other-crimes", 6},
	{"1099", "0", "false-imprisonment", "all-other-crimes", 15},
	{"1202", "0", "robbery-business", "robbery", 52},
	{"1205", "0", "robbery-street", "robbery", 81},
	{"1212", "0", "robbery-car-jacking", "robbery", 25},
	{"1313", "0", "assault-simple", "other-crimes-against-persons", 370},
	{"1313", "2", "assault-dv", "other-crimes-against-persons", 124},
	{"1314", "2", "weapon-fire-into-occ-bldg", "aggravated-assault", 33},
	{"1315", "0", "aggravated-assault", "aggravated-assault", 183},
	{"1315", "1", "aggravated-assault-dv", "aggravated-assault", 83},
	{"1315", "2", "menacing-felony-w-weap", "aggravated-assault", 133},
	{"1315", "6", "agg-aslt-shoot", "aggravated-assault", 24},
	{"1316", "0", "threats-to-injure", "public-disorder", 137},
	{"2007", "0", "arson-other", "arson", 20},
	{"2202", "0", "burglary-residence-by-force", "burglary", 157},
	{"2203", "0", "burglary-business-by-force", "burglary", 234},
	{"2204", "0", "burglary-residence-no-force", "burglary", 215},
	{"2205", "0", "burglary-business-no-force", "burglary", 64},
	{"2303", "0", "theft-shoplift", "larceny", 344},
	{"2304", "0", "theft-parts-from-vehicle", "theft-from-motor-vehicle", 653},
	{"2305", "0", "theft-items-from-vehicle", "theft-from-motor-vehicle", 1031},
	{"2308", "0", "theft-from-bldg", "larceny", 215},
	{"2310", "0", "theft-from-mails", "larceny", 19},
	{"2399", "0", "theft-other", "larceny", 600},
	{"2399", "1", "theft-bicycle", "larceny", 239},
	{"2399", "5", "theft-stln-vehicle-trailer", "auto-theft", 27},
	{"2404", "0", "theft-of-motor-vehicle", "auto-theft", 1503},
	{"2501", "0", "forgery-checks", "white-collar-crime", 19},
	{"2605", "0", "theft-unauth-use-of-ftd", "white-collar-crime", 20},
	{"2607", "0", "fraud-by-telephone", "white-collar-crime", 41},
	{"2609", "0", "fraud-by-use-of-computer", "white-collar-crime", 36},
	{"2699", "3", "theft-of-services", "larceny", 39},
	{"2999", "0", "criminal-mischief-other", "public-disorder", 420},
	{"2999", "1", "criminal-mischief-mtr-veh", "public-disorder", 703},
	{"2999", "2", "criminal-mischief-graffiti", "public-disorder", 63},
	{"3530", "0", "drug-cocaine-sell", "drug-alcohol", 26},
	{"3550", "0", "drug-poss-paraphernalia", "drug-alcohol", 137},
	{"3572", "0", "drug-methampetamine-possess", "drug-alcohol", 66},
	{"3599", "0", "drug-pcs-other-drug", "drug-alcohol", 106},
	{"3605", "0", "indecent-exposure", "other-crimes-against-persons", 18},
	{"4104", "0", "liquor-possession", "drug-alcohol", 40},
	{"4803", "0", "police-false-information", "all-other-crimes", 36},
	{"4899", "0", "police-interference", "all-other-crimes", 30},
	{"5016", "0", "violation-of-restraining-order", "all-other-crimes", 88},
	{"5016", "1", "violation-of-court-order", "all-other-crimes", 77},
	{"5212", "1", "weapon-by-prev-offender-powpo", "all-other-crimes", 41},
	{"5213", "0", "weapon-unlawful-discharge-of", "all-other-crimes", 216},
	{"5309", "0", "harassment", "public-disorder", 37},
	{"5312", "0", "disturbing-the-peace", "public-disorder", 92},
	{"5707", "0", "criminal-trespassing", "all-other-crimes", 370},
	{"7399", "2", "public-order-crimes-other", "all-other-crimes", 75},
}

var typeSums = cumulate(offenseTypes[:], func(t offenseType) int { return t.weight })

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
		types = append(types, slices.IndexFunc(offenseTypes[:], func(t offenseType) bool { return t.name == name }))
	}
	return types
}
