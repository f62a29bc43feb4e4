package browser_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// crime is a row of a batch: id and place.
func crime(t *testing.T, s *suite, batch, row int) (id, lon, lat string) {
	t.Helper()
	f, err := os.Open(filepath.Join(s.dir, fmt.Sprintf("batch-%06d.csv", batch)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], "GEO_LON")
	for _, r := range rows[row:] {
		if r[at] != "" {
			return r[0], r[at], r[at+1]
		}
	}
	t.Fatal("no row with a place")
	return
}

// TestLiveStreamToThreeModels watches the page from an empty folder on.
func TestLiveStreamToThreeModels(t *testing.T) {
	s := start(t, "--sleep-min", "200us", "--sleep-max", "600us")
	b := open(t)
	b.visit(s.url + "/")
	b.says("#empty", "No model yet")
	b.wait("rows arriving", "/batch 1: [1-9]/.test(document.querySelector('#fill-text').innerText) && /rows.s/.test(document.querySelector('#rate').innerText)")
	b.shot("live-before-the-first-model")
	for n := 1; n <= 3; n++ {
		b.wait(fmt.Sprint("model ", n), fmt.Sprintf("document.querySelector('#model option[value=\"%d\"]')", n))
		b.shot(fmt.Sprint("live-model-", n))
	}
	b.says("#areas h2", "Model 3: 5 areas")
	b.mapped()
	b.says("#state", "Waiting for more rows")
	b.says("#invented", "invented city")
	b.shot("live-three-models")
	b.clean(s.url)

	s.stop()
	b.says("#state", "Connection lost")
	b.wait("what was there stays", "document.querySelectorAll('#areas .card').length === 5")
	b.shot("server-away")
}

// TestPage does on three models all that a person can do.
func TestPage(t *testing.T) {
	s := start(t, "--sleep-max", "0s")
	b := open(t)
	b.visit(s.url + "/")
	b.wait("three models", "document.querySelector('#model option[value=\"3\"]')")
	b.mapped()

	b.part(t, "card", func(t *testing.T) {
		b.click(".card[data-area='1'] button")
		b.says(".card[data-area='1'] table", "Lift")
		b.wait("hours have an axis", "document.querySelectorAll('.card.open .hours text').length >= 8")
		b.click(".card.open .row button")
		b.wait("its crimes", "document.querySelectorAll('.crimes li').length === 20")
		b.shot("card")
		b.click(".crimes li button")
		b.says("#crime h2", "Crime ")
	})
	b.part(t, "search", func(t *testing.T) {
		id, _, _ := crime(t, s, 2, 17)
		b.visit(s.url + "/#tab=crime&crime=" + id)
		b.says("#crime h2", "Crime "+id)
		b.says("#crime .way", "offset")
		b.wait("a line per model", "document.querySelectorAll('#crime tbody tr').length >= 3")
		b.says("#crime .answer", "second choice")
		b.shot("crime")
	})
	b.part(t, "unknown crime", func(t *testing.T) {
		b.visit(s.url + "/")
		b.mapped()
		eval[any](b, "(document.querySelector('#crime-id').value = '123456789', document.querySelector('#search').requestSubmit(), null)")
		b.says("#crime", "No crime 123456789")
		b.expected("404")
	})
	b.part(t, "click a crime", func(t *testing.T) {
		_, lon, lat := crime(t, s, 3, 40)
		b.visit(fmt.Sprintf("%s/#at=%s,%s,300", s.url, lon, lat))
		b.mapped()
		b.scaled("300.0")
		b.clickMap(0, 0)
		b.says("#crime h2", "Crime ")
		b.says("#crime tr.now", "trained on")
		b.wait("it is in the address", "/crime=\\d+/.test(location.hash)")
	})
	b.part(t, "predict", func(t *testing.T) {
		b.visit(s.url + "/#at=-104.75,39.70,12")
		b.mapped()
		b.scaled("12.0")
		b.clickMap(30, 120)
		b.says("#crime .answer", "puts it into area")
		b.shot("predict")
	})
	b.part(t, "spots", func(t *testing.T) {
		b.visit(s.url + "/#tab=spots&model=3")
		b.mapped()
		b.says("#spots h2", "Model 3: 7 spots")
		b.says("#spots .card", "times as many as around it")
		b.wait("new ones are marked", "document.querySelectorAll('#spots .new').length === 2")
		b.wait("gone ones are listed", "document.querySelectorAll('#spots .list li').length === 2")
		b.wait("all are on the map", "document.querySelector('#map-a').dataset.spots === '7'")
		b.wait("the legend says what they are", "!document.querySelector('#legend-new').hidden && !document.querySelector('#legend-gone').hidden")
		b.rests()
		b.shot("spots")
		b.click("#layer")
		b.wait("none is on the map", "document.querySelector('#map-a').dataset.spots === '0' && document.querySelector('#layer').ariaPressed === 'false'")
		b.wait("nor in the legend", "document.querySelector('#legend-spot').hidden && document.querySelector('#legend-gone').hidden")
		b.click("#layer")
		b.wait("they are back", "document.querySelector('#map-a').dataset.spots === '7'")
		b.click("#spots .card button")
		b.wait("a close look at one", "Number(document.querySelector('#map-a').dataset.view.split(',')[2]) > 100")
		b.rests()
		b.wait("it is drawn in the middle of the map", "(c => c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data[3] === 255)(document.querySelector('#map-a canvas:last-of-type'))")
		b.visit(s.url + "/#model=3&area=2")
		b.says(".card.open", "Spot 1 (new): 313 crimes within")
	})
	b.part(t, "compare", func(t *testing.T) {
		b.visit(s.url + "/#tab=compare&a=1&b=3")
		b.says("#compare .answer", "Model 1")
		b.wait("two maps", "Number(document.querySelector('#map-b').dataset.points) > 4900")
		b.wait("a row per area", "document.querySelectorAll('#compare tbody tr').length >= 8")
		b.shot("compare")
		b.click("#compare-past")
		b.says("#compare .answer", "not judged: what is usual takes 3 batches before it at least, and it has 2")
		b.wait("one map, and no pair in the address", "document.querySelector('#map-b').hidden && !/a=/.test(location.hash)")
		b.click("#compare-other")
		b.says("#compare .answer", "Model 2")
		b.wait("the pair is in the address", "/a=2&b=3/.test(location.hash)")
	})
	b.part(t, "timeline", func(t *testing.T) {
		b.visit(s.url + "/#tab=timeline")
		b.wait("three columns", "document.querySelectorAll('#timeline .column').length === 3")
		b.shot("timeline")
	})
	b.part(t, "files", func(t *testing.T) {
		b.visit(s.url + "/#tab=files&model=2")
		b.says("#files", "curl -s "+s.url+"/models/2/clusters")
		b.shot("files")
		dir := t.TempDir()
		b.run(browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(dir))
		for name, begins := range map[string]string{
			"model-2-points.csv": "lon,lat,cluster\n-", "model-2.geojson": `{"type":"FeatureCollection"`, "model-2-areas.json": `{"model":2,"k":5,`,
		} {
			b.run(chromedp.Click("//button[text()="+quote(name)+"]", chromedp.BySearch))
			b.says("#files", name+" is saved")
			if got := saved(t, filepath.Join(dir, name)); !strings.HasPrefix(got, begins) {
				t.Errorf("%s begins with %.60q, want %q", name, got, begins)
			}
		}
		for _, command := range eval[[]string](b, "[...document.querySelectorAll('#files pre')].map(p => p.innerText)") {
			out, err := exec.Command("sh", "-c", command).Output()
			if err != nil || !json.Valid(out) || strings.Contains(string(out), `"status":4`) {
				t.Errorf("%s\nanswers %.200s, %v", command, out, err)
			}
		}
	})
	b.part(t, "keys alone", func(t *testing.T) {
		b.visit(s.url + "/")
		b.mapped()
		b.press("[")
		b.says("#areas h2", "Model 2")
		b.press("]")
		b.says("#areas h2", "Model 3")
		b.press("+")
		b.wait("the view is in the address", "location.hash.includes('at=')")
		id, _, _ := crime(t, s, 1, 9)
		b.press("/")
		for _, c := range id {
			b.press(string(c))
		}
		b.press(enterKey)
		b.says("#crime h2", "Crime "+id)
		reached := map[string]bool{}
		eval[any](b, "(document.activeElement.blur(), null)")
		for range 40 {
			b.press(tabKey)
			reached[eval[string](b, "document.activeElement.id || document.activeElement.className || document.activeElement.tagName")] = true
		}
		for _, want := range []string{"model", "crime-id", "theme", "fit", "tab-crime"} {
			if !reached[want] {
				t.Errorf("Tab does not reach #%s, only %v", want, reached)
			}
		}
	})
	b.part(t, "narrow", func(t *testing.T) {
		b.size(390, 844)
		for _, name := range tabs {
			b.visit(s.url + "/#tab=" + name)
			b.mapped()
			if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > 390 {
				t.Errorf("tab %s: %d pixels wide on a screen of 390", name, wide)
			}
			b.shot("narrow-" + name)
		}
		b.size(1280, 800)
	})
	b.part(t, "dark", func(t *testing.T) {
		b.scheme("dark")
		b.visit(s.url + "/")
		b.mapped()
		dark := eval[string](b, "getComputedStyle(document.body).backgroundColor")
		b.shot("dark")
		b.click("#theme")
		if light := eval[string](b, "getComputedStyle(document.body).backgroundColor"); light == dark {
			t.Errorf("the switch leaves %s", dark)
		}
		eval[any](b, "(localStorage.clear(), null)")
	})
	b.part(t, "axe", func(t *testing.T) {
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			for _, name := range tabs {
				b.visit(s.url + "/#area=1&tab=" + name)
				b.mapped()
				axe(t, b, scheme+" "+name)
			}
		}
		b.scheme("light")
	})
	b.part(t, "report", func(t *testing.T) {
		b.size(760, 1100)
		eval[any](b, "(location.href = '/report/3', null)")
		b.says("h1", "model 3")
		b.says("h1", "invented city")
		b.shot("report")
		b.run(chromedp.Reload()) // the browser asks whether it has changed
		b.says("h1", "model 3")
		if width := eval[string](b, "getComputedStyle(document.body).maxWidth"); width != "700px" {
			t.Errorf("after a reload the sheet has lost its style: max-width %s", width)
		}
	})
	b.clean(s.url)
}

// saved is what the browser puts under that name, as soon as it is whole.
func saved(t *testing.T, name string) string {
	t.Helper()
	var data []byte
	if !eventually(func() (ok bool) {
		var err error
		data, err = os.ReadFile(name)
		return err == nil && len(data) > 0
	}) {
		t.Fatalf("%s is not saved within %v", name, patience)
	}
	return string(data)
}

// axe fails the test for every serious finding of axe-core.
func axe(t *testing.T, b *tab, where string) {
	t.Helper()
	source, err := os.ReadFile("vendored/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	eval[any](b, string(source)+";null")
	eval[any](b, `(window.found = null, axe.run(document, {resultTypes: ["violations"]}).then(r => { window.found = JSON.stringify(r.violations
		.map(v => ({id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.map(n => n.target.join(" ") + ": " + n.failureSummary)}))); }), null)`)
	b.wait("axe-core's findings", "window.found")
	var found []struct {
		ID, Impact, Help string
		Nodes            []string
	}
	if err := json.Unmarshal([]byte(eval[string](b, "window.found")), &found); err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		text := fmt.Sprintf("%s: %s (%s): %s\n  %s", where, f.ID, f.Impact, f.Help, strings.Join(f.Nodes, "\n  "))
		if f.Impact == "serious" || f.Impact == "critical" {
			t.Error(text)
		} else {
			t.Log(text)
		}
	}
}
