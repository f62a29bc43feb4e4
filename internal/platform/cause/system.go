package cause

import (
	"errors"
	"io/fs"
	"net"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// Reach says why a connection to address failed with err. asked are the addresses
// that the person gave; only a broker can have named another one.
func Reach(err error, address string, asked []string) *Error {
	host, port, _ := net.SplitHostPort(address)
	reason := err
	if op, ok := errors.AsType[*net.OpError](err); ok {
		reason = op.Err
	}
	var dns *net.DNSError
	refused := errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.Errno(10061)) // WSAECONNREFUSED
	name := "broker-silent"
	switch {
	case !slices.ContainsFunc(asked, func(a string) bool { return strings.EqualFold(a, address) }):
		name = "broker-advertised"
	case errors.As(err, &dns):
		name = "broker-name"
	case refused && host == "127.0.0.1":
		name = "broker-not-started"
	case refused:
		name = "broker-refused"
	}
	return Of(name, err, "address", address, "host", host, "port", port, "reason", reason, "asked", strings.Join(asked, ","))
}

// Disk says why writing in dir failed with err. Windows has its own numbers for a
// disk that is full, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
func Disk(err error, dir string) *Error {
	name := "disk-fails"
	if errors.Is(err, syscall.ENOSPC) || runtime.GOOS == "windows" && (errors.Is(err, syscall.Errno(39)) || errors.Is(err, syscall.Errno(112))) {
		name = "disk-full"
	}
	return Of(name, err, "dir", dir, "error", err)
}

// Folder says why dir was not read with err, of which the system's reason is reason.
func Folder(err error, dir, reason string) *Error {
	name := "folder-unreadable"
	if errors.Is(err, fs.ErrNotExist) {
		name = "folder-missing"
	}
	return Of(name, err, "dir", dir, "reason", reason)
}
