package browser_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is for machines that do much else; nothing is timed.
const patience = 3 * time.Minute

// eventually asks until done is true and reports whether it was in time.
func eventually(done func() bool) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if done() {
			return true
		}
	}
	return false
}

func (b *tab) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.fatal(err.Error())
	}
}

// part is a subtest in the same tab.
func (b *tab) part(t *testing.T, name string, f func(t *testing.T)) {
	t.Run(name, func(t *testing.T) {
		whole := b.t
		b.t = t
		defer func() { b.t = whole }()
		f(t)
	})
}

// fatal ends the test with what is needed to repeat it.
func (b *tab) fatal(problem string) {
	b.t.Helper()
	b.told = true
	b.t.Fatalf("%s\n%s", problem, b.evidence())
}

// evidence is where the page was, what it shows, and a picture of it.
func (b *tab) evidence() string {
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	var state string
	var png []byte
	if err := chromedp.Run(ctx, chromedp.Evaluate("location.href + ' at ' + innerWidth + 'x' + innerHeight + ' pixels says:\\n' + document.body.innerText", &state), chromedp.CaptureScreenshot(&png)); err != nil {
		return "the page gives no evidence: " + err.Error()
	}
	return state + "\n" + "a picture of it: " + b.keep("failed-"+strings.ReplaceAll(b.t.Name(), "/", "-"), png)
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
		b.fatal(fmt.Sprintf("%s: %v", js, err))
	}
	return v
}

// awaited: a promise stands for its value.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// wait waits until an expression in the page is true.
func (b *tab) wait(what, js string) {
	b.t.Helper()
	if !eventually(func() bool { return eval[bool](b, "Boolean("+js+")") }) {
		b.fatal(fmt.Sprintf("not seen within %v: %s: %s", patience, what, js))
	}
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

// middle is the middle of an element on the screen.
func (b *tab) middle(selector string) (x, y float64) {
	b.t.Helper()
	at := eval[[]float64](b, "(() => { const r = document.querySelector("+quote(selector)+").getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
	return at[0], at[1]
}

// clickMap clicks so many pixels from the middle of the first map.
func (b *tab) clickMap(dx, dy float64) { b.t.Helper(); b.clickOn("#map-a", dx, dy) }

// clickOn clicks so many pixels from the middle of an element.
func (b *tab) clickOn(selector string, dx, dy float64) {
	b.t.Helper()
	x, y := b.middle(selector)
	b.run(chromedp.MouseClickXY(x+dx, y+dy))
}

// mapped waits until the first map shows the points of a batch.
func (b *tab) mapped() {
	b.t.Helper()
	b.wait("points on the map", "Number(document.querySelector('#map-a').dataset.points) > 4900")
}

// scaled waits until the first map shows so many pixels per kilometer.
func (b *tab) scaled(scale string) {
	b.t.Helper()
	b.wait("a map of "+scale+" pixels per kilometer", "document.querySelector('#map-a').dataset.view.endsWith("+quote(","+scale)+")")
}

// rests waits until the map, where there is one, is drawn as it stays.
func (b *tab) rests() {
	b.t.Helper()
	b.wait("the map rests", "document.querySelector('#map-a')?.dataset.moving !== 'true'")
}

// shot keeps a picture for people to look at.
func (b *tab) shot(name string) {
	b.t.Helper()
	b.rests()
	eval[bool](b, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))") // painted
	var png []byte
	b.run(chromedp.CaptureScreenshot(&png))
	b.keep(name, png)
}

// keep writes a picture to .cache/screenshots and returns where it is.
func (b *tab) keep(name string, png []byte) string {
	dir, err := filepath.Abs(filepath.Join(root, ".cache", "screenshots"))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	file := filepath.Join(dir, name+".png")
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return file
}

// answer gives what reply says in place of the server's answers to addresses
// that match one of the patterns; a reply with status 0 lets the question pass.
// n counts the questions to an address, from 1. The function returned says how
// many there were to a path.
func (b *tab) answer(url string, reply func(n int) (status int, kind, body string), patterns ...string) (asked func(path string) int) {
	b.t.Helper()
	var all []*fetch.RequestPattern
	for _, p := range patterns {
		all = append(all, &fetch.RequestPattern{URLPattern: p})
	}
	var mu sync.Mutex
	count := map[string]int{} // guarded by mu: by path
	chromedp.ListenTarget(b.ctx, func(event any) {
		e, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() { // the listener must not wait for the browser
			mu.Lock()
			path := strings.TrimPrefix(e.Request.URL, url)
			count[path]++
			status, kind, body := reply(count[path])
			mu.Unlock()
			ctx := cdp.WithExecutor(b.ctx, chromedp.FromContext(b.ctx).Target)
			var err error
			if status == 0 {
				err = fetch.ContinueRequest(e.RequestID).Do(ctx)
			} else {
				err = fetch.FulfillRequest(e.RequestID, int64(status)).
					WithResponseHeaders([]*fetch.HeaderEntry{{Name: "Content-Type", Value: kind}, {Name: "Retry-After", Value: "1"}}).
					WithBody(base64.StdEncoding.EncodeToString([]byte(body))).Do(ctx)
			}
			if err != nil && b.ctx.Err() == nil {
				b.mu.Lock()
				b.errors = append(b.errors, fmt.Sprintf("%s was not answered: %v", path, err))
				b.mu.Unlock()
			}
		}()
	})
	b.run(fetch.Enable().WithPatterns(all))
	return func(path string) int {
		mu.Lock()
		defer mu.Unlock()
		return count[path]
	}
}
