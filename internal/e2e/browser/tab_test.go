package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is for machines that do much else; nothing is timed.
const patience = time.Minute

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) size(width, height int64) { b.run(chromedp.EmulateViewport(width, height)) }

func (b *tab) scheme(name string) {
	b.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}))
}

// visit opens an address and waits until the page has its first answer.
func (b *tab) visit(url string) {
	b.t.Helper()
	b.run(chromedp.Navigate("about:blank"), chromedp.Navigate(url), chromedp.WaitReady("html[data-ready]"))
}

// eval is the value of an expression in the page.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	var v T
	if err := chromedp.Run(b.ctx, chromedp.Evaluate(js, &v, awaited)); err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// awaited: a promise stands for its value.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// wait waits until an expression in the page is true.
func (b *tab) wait(what, js string) {
	b.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		if eval[bool](b, "Boolean("+js+")") {
			return
		}
	}
	b.shot("failed")
	b.t.Fatalf("not seen in %v: %s (%s); the page says:\n%s", patience, what, js, eval[string](b, "document.body.innerText"))
}

// says waits until the element shows the text.
func (b *tab) says(selector, text string) {
	b.t.Helper()
	b.wait(selector+" says "+text, "document.querySelector("+quote(selector)+")?.innerText.includes("+quote(text)+")")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }

func (b *tab) click(selector string) {
	b.t.Helper()
	b.run(chromedp.Click(selector, chromedp.ByQuery))
}

func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		if len(k) == 1 { // so that the page can refuse the character, as it can that of a real key
			b.run(input.DispatchKeyEvent(input.KeyDown).WithKey(k).WithText(k), input.DispatchKeyEvent(input.KeyUp).WithKey(k))
			continue
		}
		b.run(chromedp.KeyEvent(map[string]string{tabKey: kb.Tab, enterKey: kb.Enter}[k]))
	}
}

const (
	tabKey   = "Tab"
	enterKey = "Enter"
)

// clickMap clicks so many pixels from the middle of the first map.
func (b *tab) clickMap(dx, dy float64) {
	b.t.Helper()
	at := eval[[]float64](b, "(() => { const r = document.querySelector('#map-a').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
	b.run(chromedp.MouseClickXY(at[0]+dx, at[1]+dy))
}

// mapped waits until the first map shows the points of a batch.
func (b *tab) mapped() {
	b.t.Helper()
	b.wait("points on the map", "Number(document.querySelector('#map-a').dataset.points) > 4900")
}

// shot keeps a picture for people to look at, in .cache/screenshots.
func (b *tab) shot(name string) []byte {
	b.t.Helper()
	var png []byte
	b.run(chromedp.Sleep(500*time.Millisecond), chromedp.CaptureScreenshot(&png))
	dir := filepath.Join(root, ".cache", "screenshots")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
	return png
}
