package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"hotspot/internal/input/fetch"
	"hotspot/internal/input/prepare"
)

// Tables of two cities as their portals answer: the names and forms are those of
// the interface and not of the file that a browser takes.
func answerAsChicago(r *http.Request) string {
	switch q := r.URL.Query(); {
	case strings.HasSuffix(r.URL.Path, ".json"):
		return `[{"n":"2","updated":"2024-06-20T10:45:00.000Z"}]`
	case strings.Contains(q.Get("$where"), ":id >"):
		return ""
	}
	return `"id","case_number","date","block","iucr","primary_type","description","district","beat","community_area","latitude","longitude","location",":id"
"13491234","JH299001","2024-06-15T11:31:00.000","001XX N STATE ST","0820","THEFT","$500 AND UNDER","001","0111","32","41.884","-87.628","(41.884, -87.628)","row-a"
"13491235","JH299002","2024-06-15T12:00:00.000","001XX N STATE ST","0820","THEFT","$500 AND UNDER","001","0111","32","","","","row-b"
`
}

func answerAsToronto(r *http.Request) string {
	fields := [][2]string{
		{"OBJECTID", "OID"},
		{"EVENT_UNIQUE_ID", "String"},
		{"REPORT_DATE", "Date"},
		{"OCC_DATE", "Date"},
		{"REPORT_HOUR", "SmallInteger"},
		{"OCC_HOUR", "SmallInteger"},
		{"OFFENCE", "String"},
		{"MCI_CATEGORY", "String"},
		{"LONG_WGS84", "Double"},
		{"LAT_WGS84", "Double"},
	}
	switch q := r.URL.Query(); {
	case !strings.HasSuffix(r.URL.Path, "/query"):
		var names []string
		for _, f := range fields {
			names = append(names, fmt.Sprintf(`{"name":%q,"type":"esriFieldType%s"}`, f[0], f[1]))
		}
		return `{"maxRecordCount":2000,"geometryType":"esriGeometryPoint","fields":[` + strings.Join(names, ",") + `]}`
	case q.Get("returnIdsOnly") != "":
		return `{"objectIdFieldName":"OBJECTID","objectIds":[7,4]}`
	case strings.HasSuffix(q.Get("where"), " > 7"):
		return `{"features":[]}`
	}
	row := `{"attributes":{"OBJECTID":%d,"EVENT_UNIQUE_ID":"GO-2024130%d","REPORT_DATE":1718424000000,"OCC_DATE":1718424000000,"REPORT_HOUR":13,"OCC_HOUR":2,` +
		`"OFFENCE":"Assault","MCI_CATEGORY":"Assault","LONG_WGS84":-79.38,"LAT_WGS84":43.65},"geometry":{"x":-79.38,"y":43.65}}`
	return `{"features":[` + fmt.Sprintf(row, 4, 4) + "," + fmt.Sprintf(row, 7, 7) + `]}`
}

func TestPrepareKnowsWhatWasFetchedFromACity(t *testing.T) {
	for path, city := range map[string]struct {
		answer func(*http.Request) string
		title  string
		holds  string
	}{
		"/resource/ijzp-q8t2":       {answerAsChicago, "Chicago crime", "2024-06-15T11:31:00"},
		"/rest/MCI/FeatureServer/0": {answerAsToronto, "Toronto crime", "2024-06-15T02:00:00"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, city.answer(r)) })) //nolint:errcheck // the client sees it
		defer server.Close()
		c := config(t, nil, server.URL+path)
		if _, err := fetch.Run(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		s, err := prepare.Run(context.Background(), prepare.Config{Input: c.Output, Output: c.Output + ".prepared", Order: "time"})
		if err != nil {
			t.Fatalf("%s: %v\n%s", city.title, err, read(t, c))
		}
		rows, err := os.ReadFile(c.Output + ".prepared")
		if err != nil || s.Title != city.title || s.Kept != 2 || !strings.Contains(string(rows), city.holds) {
			t.Errorf("%+v, %v\n%s", s, err, rows)
		}
	}
}
