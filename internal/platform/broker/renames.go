package broker

import (
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// closesLate is why this file exists: kfake renames a file before it closes it,
// which Windows refuses. The rename is the last thing that kfake does with the
// file. So when its error arrives here, the file is whole, synced and closed, and
// the rename can be done after all.
//
// That does not hold for the logs that kfake compacts while it runs: its error
// comes while the file is still open. On Windows they are compacted at the end
// only.
var closesLate = runtime.GOOS == "windows"

// forWindows are the options that a broker with a data folder needs there.
func forWindows() []kfake.Opt {
	if !closesLate {
		return nil
	}
	return []kfake.Opt{kfake.BrokerConfigs(map[string]string{"state.log.compact.bytes": strconv.Itoa(math.MaxInt64)})}
}

// finish does the renames that an error of kfake names, and returns what is left
// of the error: nil when that was all.
func finish(err error) error {
	const accessDenied, sharingViolation = syscall.Errno(5), syscall.Errno(32) // of Windows
	if !closesLate {
		return err
	}
	return finishRenames(err, accessDenied, sharingViolation)
}

func finishRenames(err error, refusals ...syscall.Errno) error {
	refused := func(err error) bool {
		var code syscall.Errno
		return errors.As(err, &code) && slices.Contains(refusals, code)
	}
	switch e := err.(type) { //nolint:errorlint // it walks the tree of wrapped errors itself
	case *os.LinkError:
		if e.Op != "rename" || !refused(e) {
			return err
		}
		err = os.Rename(e.Old, e.New)
		for wait := time.Millisecond; refused(err) && wait < time.Second; wait *= 2 { // a virus scanner has it open
			time.Sleep(wait)
			err = os.Rename(e.Old, e.New)
		}
		return err
	case interface{ Unwrap() []error }:
		var left []error
		for _, err := range e.Unwrap() {
			left = append(left, finishRenames(err, refusals...))
		}
		return errors.Join(left...)
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			if left := finishRenames(inner, refusals...); left != inner { //nolint:errorlint // another error took its place, whatever it wraps
				return left
			}
		}
	}
	return err
}
