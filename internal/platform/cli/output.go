package cli

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
)

// output is standard output. It remembers the first error of a write, so that no
// command can end well without its result. It may be used concurrently.
type output struct {
	mu  sync.Mutex
	err error
}

// Write implements io.Writer. After an error nothing more is written. When nobody
// reads any more, as behind | head, the process ends at once and without a word.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := os.Stdout.Write(p)
	if errors.Is(err, nobodyReads) {
		os.Exit(128 + int(syscall.SIGPIPE))
	}
	if err != nil {
		o.err = fmt.Errorf("standard output: %w", err)
	}
	return n, o.err
}

func (o *output) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}
