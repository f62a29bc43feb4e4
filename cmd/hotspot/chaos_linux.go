package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// past is how a process was started. The program is held open: go run removes
// it when the process ends.
type past struct {
	program *os.File
	args    []string
	env     []string
	dir     string
	log     string
	err     error
}

// remember reads how a process was started, while it is there.
func remember(pid int) *past {
	p := &past{log: filepath.Join(os.TempDir(), fmt.Sprintf("hotspot-chaos-%d.log", pid))}
	proc := fmt.Sprintf("/proc/%d/", pid)
	list := func(name string) (list []string) {
		data, err := os.ReadFile(proc + name)
		if err != nil {
			p.err = err
		}
		for s := range bytes.SplitSeq(bytes.TrimSuffix(data, []byte{0}), []byte{0}) {
			list = append(list, string(s))
		}
		return list
	}
	p.args, p.env = withoutFresh(list("cmdline"), list("environ"))
	var err error
	if p.dir, err = os.Readlink(proc + "cwd"); err != nil {
		p.err = err
	}
	if p.program, err = os.Open(proc + "exe"); err != nil {
		p.err = err
	}
	return p
}

// withoutFresh is how a process is started so that it goes on: one that was told
// to begin anew has begun, and to do it again would remove what is to be proven.
func withoutFresh(args, env []string) ([]string, []string) {
	args = slices.DeleteFunc(args, func(a string) bool { return a == "--fresh" || strings.HasPrefix(a, "--fresh=") })
	env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, "HOTSPOT_FRESH=") })
	return args, env
}

// start starts it again. It outlives this process.
func (p *past) start() error {
	if p.err != nil {
		return fmt.Errorf("how it was started is not known: %w", p.err)
	}
	defer p.program.Close()
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := &exec.Cmd{
		Path: fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), p.program.Fd()), Args: p.args, Env: p.env, Dir: p.dir,
		Stdout: out, Stderr: out, SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // so that it is no zombie when it is killed next
	return nil
}

// where is what to look at when it did not come up.
func (p *past) where() string { return "see " + p.log }
