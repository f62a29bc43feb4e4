//go:build unix && !linux

package harness_test

import "syscall"

// diesWithParent is for Linux to do; elsewhere a cleanup ends the children.
func diesWithParent() *syscall.SysProcAttr { return nil }
