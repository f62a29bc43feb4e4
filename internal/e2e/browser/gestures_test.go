package browser_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestFingers moves the map with one finger and with two.
func TestFingers(t *testing.T) {
	s := api(t, three(t))
	b := open(t)
	b.size(390, 844)
	b.run(emulation.SetTouchEmulationEnabled(true))
	b.visit(s.url + "/#at=-104.97,39.73,20")
	b.mapped()
	x, y := b.middle("#map-a")
	touch := func(kind input.TouchType, at ...[2]float64) {
		var points []*input.TouchPoint
		for i, p := range at {
			points = append(points, &input.TouchPoint{X: x + p[0], Y: y + p[1], ID: float64(i + 1)})
		}
		b.run(input.DispatchTouchEvent(kind, points))
	}
	// view waits until the address says that the view has come there, in degrees
	// and pixels per kilometer. On a busy machine it says before where the fingers
	// were on the way.
	view := func(what string, there func(v []float64) bool) (v []float64) {
		t.Helper()
		if !eventually(func() bool {
			v = eval[[]float64](b, "new URLSearchParams(location.hash.slice(1)).get('at').split(',').map(Number)")
			return there(v)
		}) {
			b.fatal(fmt.Sprintf("%s: the view is at %v", what, v))
		}
		return v
	}

	touch(input.TouchStart, [2]float64{-40, 0}, [2]float64{40, 0})
	for d := 40.0; d <= 80; d += 4 {
		touch(input.TouchMove, [2]float64{-d, 0}, [2]float64{d, 0})
	}
	touch(input.TouchEnd)
	at := view("two fingers apart zoom in", func(v []float64) bool { return v[2] > 39 && v[2] < 41 && near(v[0], -104.97) && near(v[1], 39.73) })

	touch(input.TouchStart, [2]float64{0, 0})
	for d := 0.0; d <= 60; d += 6 {
		touch(input.TouchMove, [2]float64{d, 0})
	}
	touch(input.TouchEnd)
	at = view("one finger pulls the map", func(v []float64) bool { return v[0] < at[0]-0.01 && near(v[1], at[1]) && v[2] == at[2] })

	touch(input.TouchStart, [2]float64{-80, -20}, [2]float64{80, -20})
	for d := 80.0; d >= 40; d -= 4 {
		touch(input.TouchMove, [2]float64{-d, -20}, [2]float64{d, -20})
	}
	touch(input.TouchEnd)
	view("two fingers together zoom out", func(v []float64) bool { return v[2] < 24 && v[2] > 17 })
	if eval[string](b, "document.querySelector('[aria-selected=true]').id") != "tab-areas" {
		t.Error("a gesture was taken for a click")
	}
	touch(input.TouchStart, [2]float64{0, 0})
	touch(input.TouchEnd)
	b.wait("a tap asks", "/(crime|place)=/.test(location.hash)")
	b.clean(s.url)
}

func near(a, b float64) bool { return a-b < 0.001 && b-a < 0.001 }

// TestWithoutWebGL draws on the 2D canvas what a machine without WebGL2 lacks.
func TestWithoutWebGL(t *testing.T) {
	s := api(t, three(t))
	b := open(t, "disable-3d-apis")
	b.visit(s.url + "/")
	b.mapped()
	if eval[bool](b, "Boolean(document.createElement('canvas').getContext('webgl2'))") {
		t.Fatal("this browser has WebGL2 in spite of the flag")
	}
	painted := `(() => { const c = document.querySelectorAll('#map-a canvas')[1];
		const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
		for (let i = 3; i < d.length; i += 4) if (d[i]) n++; return n; })()`
	b.wait("points on the flat canvas", painted+" > 2000")
	b.shot("without-webgl")
	b.click(".card[data-area='1'] button")
	b.wait("a card of its area", "document.querySelector('.card.open[data-area=\"1\"]')")
	b.clickMap(0, 0)
	b.wait("a click asks", "/(crime|place)=/.test(location.hash)")
	b.clean(s.url)
}

// TestClickOnTheSecondMapAsksItsModel compares two models, of which the third
// is shown, and clicks on the right map where no crime is.
func TestClickOnTheSecondMapAsksItsModel(t *testing.T) {
	s := api(t, three(t))
	b := open(t)
	b.visit(s.url + "/#tab=compare&a=3&b=2")
	b.wait("two maps", "Number(document.querySelector('#map-b').dataset.points) > 4900")
	b.rests()
	b.clickOn("#map-b", -60, 230) // where no crime is
	b.says("#crime .answer", "Model 2")
	b.wait("it is the one that is shown", "document.querySelector('#model').value === '2' && document.querySelector('#map-b').hidden")
	b.run(chromedp.NavigateBack())
	b.wait("back is the comparison", "document.querySelector('#model').value === 'latest' && !document.querySelector('#map-b').hidden")
	b.clean(s.url)
}

// TestAddressRestoresTheView opens an address in another browser.
func TestAddressRestoresTheView(t *testing.T) {
	s := api(t, three(t))
	b := open(t)
	b.visit(s.url + "/#model=2&area=1")
	b.mapped()
	b.wait("the area is open", "document.querySelector('.card.open[data-area=\"1\"]')")
	b.press("+")
	b.wait("the view is in the address", "location.hash.includes('at=')")
	before, at := eval[string](b, "location.hash"), eval[string](b, "document.querySelector('#map-a').dataset.view")
	again := open(t)
	again.visit(s.url + "/" + before)
	again.mapped()
	again.wait("the same model and area", "document.querySelector('#model').value === '2' && document.querySelector('.card.open[data-area=\"1\"]')")
	again.wait("the same view", "document.querySelector('#map-a').dataset.view === "+quote(at))
	again.click("#tab-compare")
	again.wait("a comparison", "document.querySelector('#compare .answer')")
	again.run(chromedp.NavigateBack())
	again.wait("back is back", "document.querySelector('#tab-areas').getAttribute('aria-selected') === 'true' && document.querySelector('.card.open')")
	again.clean(s.url)
}
