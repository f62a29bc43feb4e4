package chaos

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// process is how a process was started, read from /proc while it was there. The
// program is held open: go run removes its file when the process ends.
type process struct {
	program *os.File
	cmd     *exec.Cmd
	log     string // where the output of the new one goes
	err     error
}

// inspect reads how a process was started.
func inspect(pid int) *process {
	proc := fmt.Sprintf("/proc/%d/", pid)
	args, err := os.ReadFile(proc + "cmdline")
	env, envErr := os.ReadFile(proc + "environ")
	dir, dirErr := os.Readlink(proc + "cwd")
	program, openErr := os.Open(proc + "exe")
	p := &process{
		program: program,
		log:     filepath.Join(os.TempDir(), fmt.Sprintf("hotspot-chaos-%d.log", pid)),
		err:     errors.Join(err, envErr, dirErr, openErr),
		cmd:     &exec.Cmd{Dir: dir, SysProcAttr: &syscall.SysProcAttr{Setsid: true}},
	}
	p.cmd.Args, p.cmd.Env = withoutFresh(splitZeros(args), splitZeros(env))
	return p
}

// splitZeros splits what /proc writes with a zero byte behind each item.
func splitZeros(data []byte) []string {
	return strings.Split(string(bytes.TrimSuffix(data, []byte{0})), "\x00")
}

// withoutFresh is how a process is started so that it goes on: one that was told
// to begin anew has begun, and to do it again would remove what is to be proven.
func withoutFresh(args, env []string) ([]string, []string) {
	args = slices.DeleteFunc(args, func(a string) bool { return a == "--fresh" || strings.HasPrefix(a, "--fresh=") })
	env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, "HOTSPOT_FRESH=") })
	return args, env
}

// restart starts it again. It outlives this process.
func (p *process) restart() error {
	if p.err != nil {
		return fmt.Errorf("how it was started is not known: %w", p.err)
	}
	defer p.program.Close()
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	p.cmd.Path = fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), p.program.Fd())
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go func() { _ = p.cmd.Wait() }() // so that it is no zombie when it is killed next
	return nil
}

// hint is what to look at when it did not come up.
func (p *process) hint() string { return "see " + p.log }
