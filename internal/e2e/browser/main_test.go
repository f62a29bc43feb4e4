package browser_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	cdplog "github.com/chromedp/cdproto/log"
)

// root is the folder of the product's module.
const root = "../../.."

// program builds hotspot once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hotspot-browser")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "hotspot")
	build := exec.Command("go", "build", "-o", path, "./cmd/hotspot")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// suite is a running hotspot up.
type suite struct {
	url  string
	dir  string
	stop func()
}

// start runs hotspot up in an empty folder on ports of its own and returns
// when the page is served.
func start(t *testing.T, args ...string) *suite {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args = append([]string{
		"up", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--broker-listen", free(t), "--broker-data", filepath.Join(dir, "broker"),
		"--dir", filepath.Join(dir, "data"),
	}, args...)
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found, ended := make(chan string, 1), make(chan struct{})
	var said strings.Builder
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			said.WriteString(lines.Text() + "\n")
			if _, url, ok := strings.Cut(lines.Text(), "for browsers, "); ok {
				found <- strings.TrimSpace(url)
			}
		}
	}()
	s := &suite{dir: filepath.Join(dir, "data")}
	s.stop = sync.OnceFunc(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			cmd.Process.Kill()
			<-ended
		}
		cmd.Wait()
	})
	t.Cleanup(s.stop)
	select {
	case s.url = <-found:
	case <-ended:
		t.Fatalf("hotspot up has ended:\n%s", said.String())
	case <-time.After(30 * time.Second):
		t.Fatal("hotspot up serves nothing after 30 s")
	}
	return s
}

// free is an address that nobody listens on, below the ports that the system
// gives to clients.
func free(t *testing.T) string {
	t.Helper()
	for port := 20000 + os.Getpid()%9000; port < 32000; port++ {
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// tab is a page of a browser with a fresh profile.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	errors   []string // guarded by mu: of the console, and exceptions
	requests []string // guarded by mu
	bytes    float64  // guarded by mu: encoded, headers included
}

func open(t *testing.T) *tab {
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
	flag := func(name string) chromedp.ExecAllocatorOption { return chromedp.Flag(name, true) }
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, flag("disable-quic"),
		flag("disable-background-networking"), flag("disable-component-update"), flag("disable-sync"))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx}
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
	case *network.EventLoadingFinished:
		b.bytes += e.EncodedDataLength
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
