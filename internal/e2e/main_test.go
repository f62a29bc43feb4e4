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
	"strings"
	"testing"
	"time"

	"hotspot/internal/stream"
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

// process is a program that was started.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
	out bytes.Buffer // standard output
	err bytes.Buffer // standard error
}

// start runs a program of the suite in dir. It is killed at the latest when
// the test ends.
func start(t testing.TB, dir, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(filepath.Join(bin, name), args...)}
	p.cmd.Dir = dir
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.kill()
		}
	})
	return p
}

// kill is kill -9.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// wait returns the exit code; a program that runs longer than limit fails
// the test.
func (p *process) wait(limit time.Duration) int {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case <-done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(limit):
		p.cmd.Process.Kill()
		<-done
		p.t.Fatalf("%s still ran after %s\n%s%s", p.cmd, limit, p.out.String(), p.err.String())
		return -1
	}
}

// run starts a program and expects it to end well.
func run(t testing.TB, dir, name string, args ...string) string {
	t.Helper()
	p := start(t, dir, name, args...)
	if code := p.wait(3 * time.Minute); code != 0 {
		t.Fatalf("%s %s: exit %d\n%s%s", name, strings.Join(args, " "), code, p.out.String(), p.err.String())
	}
	return p.out.String()
}

// on are the flags that point a program at a topic.
func on(c stream.Config, args ...string) []string {
	return append([]string{"--brokers", strings.Join(c.Brokers, ","), "--topic", c.Topic}, args...)
}
