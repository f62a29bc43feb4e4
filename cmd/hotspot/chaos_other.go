//go:build !linux

package main

import "errors"

// past is how a process was started, which is not known here.
type past struct{}

func remember(int) *past { return &past{} }

func (*past) start() error { return errors.New("this system does not tell how it was started") }

func (*past) where() string { return "start it again" }
