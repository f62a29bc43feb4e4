package fetch

import (
	"cmp"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"hotspot/internal/platform/secret"
	"hotspot/internal/platform/usage"
)

// cities are the tables that are known by name, and their date of the report.
// The addresses are from public sources of November 2026.
var cities = map[string]struct{ url, date string }{
	"chicago":            {"https://data.cityofchicago.org/resource/ijzp-q8t2", ":updated_at"},
	"denver":             {"https://services1.arcgis.com/zdB7qR0BtYrg0Xpl/arcgis/rest/services/ODC_CRIME_OFFENSES_P/FeatureServer/324", "REPORTED_DATE"},
	"los-angeles":        {"https://data.lacity.org/resource/2nrs-mtv8", "date_rptd"},
	"new-york":           {"https://data.cityofnewyork.us/resource/qgea-i56i", "rpt_dt"},
	"new-york-shootings": {"https://data.cityofnewyork.us/resource/833y-fsy8", "occur_date"},
	"san-francisco":      {"https://data.sfgov.org/resource/wg3w-h783", "report_datetime"},
	"seattle":            {"https://data.seattle.gov/resource/tazs-3rd5", "report_date_time"},
	"toronto":            {"https://services.arcgis.com/S9th0jAJ7bqgIRjw/arcgis/rest/services/Major_Crime_Indicators_Open_Data/FeatureServer/0", "REPORT_DATE"},
}

var (
	sodaTable   = regexp.MustCompile(`^(https?://[^/?]+)/(?:[^?]*/)?([a-z0-9]{4}-[a-z0-9]{4})(?:[./?]|$)`)
	arcgisLayer = regexp.MustCompile(`^https?://[^?]+/(?:FeatureServer|MapServer)/[0-9]+`)
)

// open finds the portal that is meant, and its address. It asks nothing.
func (c Config) open() (portal, string, error) {
	bad := func(format string, a ...any) (portal, string, error) {
		return nil, "", usage.Errorf("fetch: "+format, a...)
	}
	city := cities[c.Portal]
	address, date := cmp.Or(city.url, c.Portal), cmp.Or(c.DateField, city.date)
	if _, err := time.Parse(time.DateOnly, c.Since); c.Since != "" && err != nil {
		return bad("--since %q: want a day of the calendar, as 2020-01-31", c.Since)
	}
	var token string
	if c.TokenFile != "" {
		var err error
		if token, err = secret.Read(c.TokenFile); err != nil {
			return bad("--token-file %s: %w", c.TokenFile, err)
		}
	}
	q := &client{again: c.Again, http: http.Client{
		Transport: c.Transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if m := sodaTable.FindStringSubmatch(address); m != nil {
		s := &soda{client: q, url: m[1] + "/resource/" + m[2]}
		q.header, q.token = "X-App-Token", token
		if c.Since != "" {
			s.where = []string{cmp.Or(date, ":updated_at") + " >= '" + c.Since + "T00:00:00'"}
		}
		return s, s.url, nil
	}
	url := arcgisLayer.FindString(address)
	if url == "" {
		return bad("%q is neither a city that is known here nor a table of Socrata or ArcGIS; want one of %s, or https://HOST/resource/abcd-1234 or https://HOST/.../FeatureServer/0", c.Portal, strings.Join(slices.Sorted(maps.Keys(cities)), ", "))
	}
	a := &arcgis{client: q, url: url, where: "1=1"}
	if token != "" {
		q.header, q.token = "X-Esri-Authorization", "Bearer "+token
	}
	if c.Since != "" {
		if date == "" {
			return bad("--since: of which column? add --date-field NAME; %s?f=json lists them", url)
		}
		a.where = date + " >= DATE '" + c.Since + "'"
	}
	return a, url, nil
}
