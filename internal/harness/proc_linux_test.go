package harness_test

import "syscall"

// diesWithParent lets no child outlive a test binary that is killed.
func diesWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
