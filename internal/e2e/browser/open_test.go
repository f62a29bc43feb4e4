package browser_test

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	cdplog "github.com/chromedp/cdproto/log"
)

// tab is a page of a browser with a fresh profile.
type tab struct {
	t     testing.TB
	ctx   context.Context
	close func() // ends the browser
	told  bool   // the evidence of a failure

	mu       sync.Mutex
	errors   []string // guarded by mu: of the console, and exceptions
	requests []string // guarded by mu
}

// open starts a browser. Each flag is one more of its command line, or, after
// "no ", one less.
func open(t testing.TB, flags ...string) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("no Chromium; scripts/test-integration.sh installs Debian's")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WSURLReadTimeout(2 * time.Minute), // a loaded machine starts it slowly
	}
	for _, name := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(name, true))
	}
	for _, name := range flags {
		name, off := strings.CutPrefix(name, "no ")
		options = append(options, chromedp.Flag(name, !off))
	}
	ctx, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...) // the page is looked at once more after a failure
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, close: cancel}
	t.Cleanup(func() {
		if t.Failed() && !b.told {
			t.Log(b.evidence())
		}
	})
	chromedp.ListenTarget(ctx, b.hear)
	b.run(network.Enable(), cdplog.Enable())
	b.size(1280, 800)
	return b
}

// hear notes what a page must not do.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeAssert {
			b.errors = append(b.errors, fmt.Sprint("console: ", e.Args))
		}
	case *runtime.EventExceptionThrown:
		b.errors = append(b.errors, "exception: "+e.ExceptionDetails.Error())
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.LevelError {
			b.errors = append(b.errors, "log: "+e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// clean fails the test when the page made an error or asked another host.
func (b *tab) clean(url string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.errors {
		b.t.Errorf("the browser reports %s", e)
	}
	for _, r := range b.requests {
		if !strings.HasPrefix(r, url+"/") && !strings.HasPrefix(r, "blob:"+url) && !strings.HasPrefix(r, "about:") && !strings.HasPrefix(r, "data:") {
			b.t.Errorf("the page asked another host: %s", r)
		}
	}
}

// expected lets go the errors that hold the text, for a test that asked for
// them: browsers log every answer that is no success.
func (b *tab) expected(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors = slices.DeleteFunc(b.errors, func(e string) bool { return strings.Contains(e, text) })
}
