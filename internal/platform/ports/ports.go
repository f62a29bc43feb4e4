// Package ports knows the form of an address and what to do when its port is taken.
package ports

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// windowsInUse is WSAEADDRINUSE. No other system has an error of this number.
const windowsInUse = syscall.Errno(10048)

// Taken reports whether err, of listening on an address, says that another
// program listens there already.
func Taken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsInUse)
}

// Explain is err, of listening on the address that flag gave; of a port that is taken
// it says so, and how to get one that is free. It is no usage error: the same command
// works when the other program has ended.
func Explain(err error, flag, address string) error {
	host, port, _ := net.SplitHostPort(address)
	if Taken(err) {
		return fmt.Errorf("port %s is taken (%s %s); %s %s takes one that is free", port, flag, address, flag, net.JoinHostPort(host, "0"))
	}
	return fmt.Errorf("%s %s: %w", flag, address, err)
}

// Split cuts an address into host, without brackets, and port, a number from 0 to
// 65535. The host may be empty. The error says what is wanted, and the caller whose
// address it is.
func Split(address string) (host, port string, err error) {
	host, port, err = net.SplitHostPort(address)
	if err != nil {
		return "", "", errors.New("want HOST:PORT")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", "", errors.New("want a port from 0 to 65535")
	}
	return host, port, nil
}
