// Package e2e_test runs the suite as its users do: the four programs, built,
// as processes, on an embedded broker or on the one that HOTSPOT_TEST_BROKERS
// names.
package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

var bin string // folder of the built programs

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if bin, err = os.MkdirTemp("", "hotspot-e2e-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(bin)
		build := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "hotspot/cmd/...")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
			return 1
		}
		return m.Run()
	}())
}

// needs is the value of a variable of the environment; without one the test is
// skipped for want of what it names.
func needs(t *testing.T, variable, what string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		t.Skip("needs " + what)
	}
	return value
}

// process is a program that was started.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
	out output // standard output
	err output // standard error
}

// output is what a program has said so far; it may be asked while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// says waits until the program has said text on its standard error.
func (p *process) says(text string) {
	p.t.Helper()
	testkit.Eventually(p.t, p.cmd.Args[0]+" says "+text, func() bool {
		return strings.Contains(p.err.String(), text)
	})
}

// start runs a program of the suite in dir. It is killed at the latest when
// the test ends.
func start(t testing.TB, dir, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(filepath.Join(bin, name), args...)}
	p.cmd.Dir = dir
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	p.begin()
	return p
}

// begin starts the process. It is killed at the latest when the test ends.
func (p *process) begin() {
	p.t.Helper()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.kill()
		}
	})
}

// holds says whether the program has written its process id into the lock of a
// folder. It does not ask for the lock, which a program that begins may want.
func (p *process) holds(dir string) bool {
	id, _ := os.ReadFile(filepath.Join(dir, ".lock"))
	return strings.TrimSpace(string(id)) == strconv.Itoa(p.cmd.Process.Pid)
}

// kill is kill -9.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// wait returns the exit code; a program that outlives testkit.Patience fails
// the test.
func (p *process) wait() int {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case <-done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(testkit.Patience):
		p.cmd.Process.Kill()
		<-done
		p.t.Fatalf("%s still ran after %s\n%s%s", p.cmd, testkit.Patience, p.out.String(), p.err.String())
		return -1
	}
}

// run starts a program and expects it to end well.
func run(t testing.TB, dir, name string, args ...string) string {
	t.Helper()
	p := start(t, dir, name, args...)
	if code := p.wait(); code != 0 {
		t.Fatalf("%s %s: exit %d\n%s%s", name, strings.Join(args, " "), code, p.out.String(), p.err.String())
	}
	return p.out.String()
}

// on are the flags that point a program at a topic.
func on(c stream.Config, args ...string) []string {
	return append([]string{"--brokers", strings.Join(c.Brokers, ","), "--topic", c.Topic}, args...)
}
