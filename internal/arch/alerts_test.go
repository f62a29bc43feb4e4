package arch_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestAlertsAskForMetricsThatExist compares the names in the rules with those
// that the roles register, and the alerts with what the page says of them.
func TestAlertsAskForMetricsThatExist(t *testing.T) {
	have := metricsOf(t)
	var rules struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal([]byte(readText(t, "../../deploy/observability/rules.yml")), &rules); err != nil {
		t.Fatal(err)
	}
	page, alerts := readText(t, "../../deploy/observability/README.md"), 0
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			alerts++
			for _, name := range regexp.MustCompile(`hotspot_[a-z_]+`).FindAllString(r.Expr, -1) {
				if !have[name] {
					t.Errorf("%s asks for %s, which no role has", r.Alert, name)
				}
			}
			if !strings.Contains(page, "`"+r.Alert+"`") {
				t.Errorf("deploy/observability/README.md does not say what %s means", r.Alert)
			}
		}
	}
	if alerts == 0 || len(have) < 20 {
		t.Errorf("%d alerts, %d metrics found: the test looks in the wrong place", alerts, len(have))
	}
}

// TestDashboardAsksForMetricsThatExist reads the expressions of Grafana's
// panels. A histogram has _bucket, _sum and _count behind its name.
func TestDashboardAsksForMetricsThatExist(t *testing.T) {
	have := metricsOf(t)
	var board struct {
		UID    string
		Panels []struct {
			Title, Description, Type string
			Targets                  []struct{ Expr string }
			Options                  struct{ Datasource, AlertName string }
		}
	}
	if err := json.Unmarshal([]byte(readText(t, "../../deploy/observability/grafana/hotspot.json")), &board); err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, p := range board.Panels {
		if p.Description == "" {
			t.Errorf("panel %q does not say what it shows", p.Title)
		}
		// The filter is by the data source's name; the panels ask by its uid.
		if o := p.Options; p.Type == "alertlist" && (o.Datasource != "" || o.AlertName != "Hotspot") {
			t.Errorf("panel %q lists alerts of the data source named %q whose names hold %q, want any and Hotspot", p.Title, o.Datasource, o.AlertName)
		}
		for _, target := range p.Targets {
			for _, name := range regexp.MustCompile(`hotspot_[a-z_]+`).FindAllString(target.Expr, -1) {
				name = strings.TrimSuffix(name, "_bucket")
				if !have[name] {
					t.Errorf("panel %q asks for %s, which no role has", p.Title, name)
				}
				asked[name] = true
			}
		}
	}
	for _, name := range []string{"hotspot_consumer_lag_messages", "hotspot_api_refused_files", "hotspot_api_models"} {
		if !asked[name] {
			t.Errorf("no panel shows %s", name)
		}
	}
}

// metricsOf are the names of the metrics that the roles register.
func metricsOf(t *testing.T) map[string]bool {
	t.Helper()
	have := map[string]bool{}
	for role, file := range map[string]string{"consumer": "metrics.go", "api": "metrics.go", "producer": "counts.go"} {
		text := readText(t, "../"+role+"/"+file)
		for _, m := range regexp.MustCompile(`\b(?:name|gauge|counter)\("([a-z_]+)"`).FindAllStringSubmatch(text, -1) {
			have["hotspot_"+role+"_"+m[1]] = true
		}
	}
	return have
}

// TestFormatsNamesEveryMetric compares the table of metrics with what the roles
// register. In a row `_batches` stands for the row's first name with that end.
func TestFormatsNamesEveryMetric(t *testing.T) {
	_, section, _ := strings.Cut(readText(t, "../../docs/formats.md"), "\n### Metrics\n")
	section, _, _ = strings.Cut(section, "\n### ")
	named := map[string]bool{}
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		role := ""
		for _, m := range regexp.MustCompile("`((?:hotspot_([a-z]+))?_[a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
			if m[2] != "" {
				role = "hotspot_" + m[2]
				named[m[1]] = true
			} else {
				named[role+m[1]] = true
			}
		}
	}
	have := metricsOf(t)
	for name := range have {
		if !named[name] {
			t.Errorf("docs/formats.md does not name the metric %s", name)
		}
	}
	for name := range named {
		if !have[name] {
			t.Errorf("docs/formats.md names %s, which no role has", name)
		}
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
