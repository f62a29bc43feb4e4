// Package strict reads the dashboard beside it into the types that Grafana
// publishes of its own files. It is a module of its own, so that these types
// are no dependency of the product.
package strict

import (
	"os"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// The options of a list of alerts have no type there: of that panel only the
// outer fields are read.
func init() {
	types := cog.NewRuntime()
	types.RegisterPanelcfgVariant(stat.VariantConfig())
	types.RegisterPanelcfgVariant(timeseries.VariantConfig())
	types.RegisterDataqueryVariant(prometheus.VariantConfig())
}

func TestEveryFieldIsOneOfGrafana(t *testing.T) {
	var board dashboard.Dashboard
	if wrong := read(&board, text(t)); wrong != "" {
		t.Fatal(wrong)
	}
	if err := board.Validate(); err != nil {
		t.Error(err)
	}
	if len(board.Panels) < 16 {
		t.Errorf("%d panels, want 16 or more", len(board.Panels))
	}
}

func TestAFieldThatDoesNotExistFails(t *testing.T) {
	for _, change := range [][2]string{
		{`"graphMode"`, `"graphmode"`}, // an option of a panel
		{`"expr"`, `"expression"`},     // a query
		{`"refresh"`, `"refreshes"`},   // the dashboard
		{`"editable": false`, `"editable": "no"`},
	} {
		broken := strings.ReplaceAll(string(text(t)), change[0], change[1])
		if read(new(dashboard.Dashboard), []byte(broken)) == "" {
			t.Errorf("%s was taken", change[1])
		}
	}
}

// read decodes strictly: an unknown field, a missing one or another type is an
// error. Where nothing is wrong UnmarshalJSONStrict returns an empty list of
// errors, which is not nil.
func read(board *dashboard.Dashboard, data []byte) string {
	if err := board.UnmarshalJSONStrict(data); err != nil {
		return err.Error()
	}
	return ""
}

func text(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../grafana/hotspot.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}
