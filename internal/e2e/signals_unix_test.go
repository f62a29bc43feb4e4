//go:build unix

package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/testkit"
)

// With an access log that nobody reads all answers stopped once the pipe was full,
// and SIGTERM did not end the api; one whose reader had ended took the api with it.
func TestALogThatNobodyReadsStopsNeitherAnswersNorTheEnd(t *testing.T) {
	for _, reader := range []string{"stalled", "ended"} {
		t.Run(reader, func(t *testing.T) {
			in, out, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			address := testkit.FreeAddress(t)
			p := &process{t: t, cmd: exec.Command(filepath.Join(bin, "api"), "--dir", t.TempDir(), "--listen", address, "--web", "", "--access-log")}
			p.cmd.Stderr = out
			p.begin()
			out.Close()
			if reader == "ended" {
				in.Close()
			}
			p.answers(address)
			for n := range 1000 {
				if status, _ := testkit.Get("http://" + address + "/healthz?" + strings.Repeat("x", 200)); status != http.StatusOK {
					t.Fatalf("request %d: status %d", n+1, status)
				}
			}
			if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if code := p.wait(); code != 0 {
				t.Errorf("exit %d after SIGTERM, want 0", code)
			}
		})
	}
}

// answers waits until the api at the address does.
func (p *process) answers(address string) {
	p.t.Helper()
	testkit.Eventually(p.t, "an answer", func() bool {
		status, _ := testkit.Get("http://" + address + "/healthz")
		return status == http.StatusOK
	})
}

// A role ends orderly when its terminal is closed, and serves on under nohup.
func TestARoleEndsWithItsTerminalUnlessNohup(t *testing.T) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // where the tests run under nohup, the shell would ignore it, too
	defer signal.Stop(hangup)
	for name, before := range map[string]string{"terminal": "", "nohup": "trap '' HUP; "} {
		t.Run(name, func(t *testing.T) {
			address := testkit.FreeAddress(t)
			p := &process{t: t, cmd: exec.Command("sh", "-c", before+`exec "$0" "$@"`,
				filepath.Join(bin, "api"), "--dir", t.TempDir(), "--listen", address, "--web", "")}
			p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
			p.begin()
			p.answers(address)
			if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
				t.Fatal(err)
			}
			if before != "" {
				p.answers(address)
				if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
			}
			if code := p.wait(); code != 0 {
				t.Errorf("exit %d, want 0\n%s", code, p.err.String())
			}
		})
	}
}
