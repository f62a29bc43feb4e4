package browser_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// programs builds all programs once, into a folder.
var programs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "hotspot-browser")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./cmd/...")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := programs(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// suite is what serves a page: hotspot up, or the api alone.
type suite struct {
	url  string
	dir  string // of the batches and models
	stop func()
}

// start runs hotspot up in an empty folder on ports of its own and returns
// when the page is served.
func start(t *testing.T, args ...string) *suite {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	return serve(t, dir, data, append([]string{
		"hotspot", "up", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--broker-listen", free(t), "--broker-data", filepath.Join(dir, "broker"), "--dir", data,
	}, args...)...)
}

// api runs the api alone on a folder of batches and models.
func api(t testing.TB, data string, args ...string) *suite {
	t.Helper()
	return serve(t, t.TempDir(), data, append([]string{"api", "--log-format", "text", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--dir", data}, args...)...)
}

// address is where a program says that its page is.
var address = regexp.MustCompile(`(?:for browsers, |web=)(http://[^ "]+)`)

// serve runs a program and returns when it says where the page is.
func serve(t testing.TB, dir, data string, args ...string) *suite {
	t.Helper()
	s := &suite{dir: data}
	found := make(chan string, 1)
	var ended <-chan struct{}
	var said func() string
	s.stop, ended, said = run(t, dir, func(line string) {
		if m := address.FindStringSubmatch(line); m != nil {
			select {
			case found <- strings.TrimSuffix(m[1], "/"):
			default:
			}
		}
	}, args...)
	select {
	case s.url = <-found:
	case <-ended:
		t.Fatalf("%v has ended:\n%s", args, said())
	case <-time.After(time.Minute):
		t.Fatalf("%v serves nothing after a minute", args)
	}
	return s
}

// run starts a program, hears each line that it says, and stops it with the
// test.
func run(t testing.TB, dir string, hear func(line string), args ...string) (stop func(), ended <-chan struct{}, said func() string) {
	t.Helper()
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(bin, args[0]), args[1:]...)
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var all strings.Builder
	go func() {
		defer close(over)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			all.WriteString(lines.Text() + "\n")
			hear(lines.Text())
		}
	}()
	stop = sync.OnceFunc(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-over:
		case <-time.After(20 * time.Second):
			cmd.Process.Kill()
			<-over
		}
		cmd.Wait()
	})
	t.Cleanup(stop)
	return stop, over, all.String // to be asked when it has ended
}

// free is an address that nobody listens on, below the ports that the system
// gives to clients.
func free(t testing.TB) string {
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
	t     testing.TB
	ctx   context.Context
	close func() // ends the browser

	mu       sync.Mutex
	errors   []string // guarded by mu: of the console, and exceptions
	requests []string // guarded by mu
	bytes    float64  // guarded by mu: encoded, headers included
}

// open starts a browser. Each flag is one more of its command line.
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
	flag := func(name string) chromedp.ExecAllocatorOption { return chromedp.Flag(name, true) }
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WSURLReadTimeout(2 * time.Minute), // a loaded machine starts it slowly
	}
	for _, name := range append(flags, "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync") {
		options = append(options, flag(name))
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, close: cancel}
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
