package browser_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
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
		"hotspot", "up", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--broker-listen", "127.0.0.1:0", "--broker-data", filepath.Join(dir, "broker"), "--dir", data,
	}, args...)...)
}

// api runs the api alone on a folder of batches and models.
func api(t testing.TB, data string, args ...string) *suite {
	t.Helper()
	return serve(t, t.TempDir(), data, append([]string{"api", "--log-format", "text", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--dir", data}, args...)...)
}

// page is how a program says where its page is.
var page = regexp.MustCompile(`(?:for browsers, |web=)(http://[^ "]+)`)

// serve runs a program and returns when it says where the page is.
func serve(t testing.TB, dir, data string, args ...string) *suite {
	t.Helper()
	url, stop := listen(t, dir, page, args...)
	return &suite{url: strings.TrimSuffix(url, "/"), dir: data, stop: stop}
}

// listen runs a program and returns the address that it listens on, which the
// group of a line of its output names.
func listen(t testing.TB, dir string, line *regexp.Regexp, args ...string) (address string, stop func()) {
	t.Helper()
	found := make(chan string, 1)
	stop, ended, said := run(t, dir, func(text string) {
		if m := line.FindStringSubmatch(text); m != nil {
			select {
			case found <- m[1]:
			default:
			}
		}
	}, args...)
	select {
	case address = <-found:
	case <-ended:
		t.Fatalf("%v has ended:\n%s", args, said())
	case <-time.After(patience):
		stop()
		t.Fatalf("%v listens nowhere after %v:\n%s", args, patience, said())
	}
	return address, stop
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
