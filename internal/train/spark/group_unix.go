//go:build unix

package spark

import (
	"os/exec"
	"syscall"
)

// group makes cmd the head of a process group, which is told to end as a whole
// when its context ends: spark-submit is a shell, a JVM and a Python.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}

// finish ends what is left of the group when its head is gone.
func finish(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // ESRCH: nothing is left
	}
}
