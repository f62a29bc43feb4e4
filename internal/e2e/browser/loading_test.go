package browser_test

import (
	"context"
	"encoding/base64"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
)

// TestServerThatStillReadsIsAskedAgain opens the page while the api has
// answers of the newest batch only: the first questions for the ground and for
// the points get the 503 that it gives then.
func TestServerThatStillReadsIsAskedAgain(t *testing.T) {
	s := api(t, three(t))
	b := open(t)
	var mu sync.Mutex
	asked := map[string]int{} // guarded by mu: by path
	answers := make(chan error, 100)
	chromedp.ListenTarget(b.ctx, func(event any) {
		e, ok := event.(*fetch.EventRequestPaused)
		if !ok {
			return
		}
		go func() { // the listener must not wait for the browser
			path := strings.TrimPrefix(e.Request.URL, s.url)
			mu.Lock()
			asked[path]++
			first := asked[path] == 1
			mu.Unlock()
			ctx := cdp.WithExecutor(b.ctx, chromedp.FromContext(b.ctx).Target)
			if !first {
				answers <- fetch.ContinueRequest(e.RequestID).Do(ctx)
				return
			}
			body := `{"type":"/problems/loading","title":"Still loading","status":503,"detail":"The first batches are still being read."}`
			answers <- fetch.FulfillRequest(e.RequestID, 503).
				WithResponseHeaders([]*fetch.HeaderEntry{{Name: "Content-Type", Value: "application/problem+json"}, {Name: "Retry-After", Value: "1"}}).
				WithBody(base64.StdEncoding.EncodeToString([]byte(body))).Do(ctx)
		}()
	})
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		return fetch.Enable().WithPatterns([]*fetch.RequestPattern{{URLPattern: "*/ground"}, {URLPattern: "*/points"}}).Do(ctx)
	}))
	b.visit(s.url + "/")
	b.mapped()
	b.wait("the backdrop is drawn", "Number(document.querySelector('#map-a').dataset.backdrop) > 0")
	b.wait("the panel shows the areas", "document.querySelectorAll('.card').length === 5 && !document.querySelector('.problem')")
	b.shot("asked-again")
	mu.Lock()
	defer mu.Unlock()
	for _, path := range []string{"/ground", "/models/3/points"} {
		if asked[path] < 2 {
			t.Errorf("%s was asked for %d times, want again after the 503", path, asked[path])
		}
	}
	for range len(answers) {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
}
