package cli

import (
	"fmt"
	"io"
	"sync"
)

// output is standard output. It remembers the first error of a write, so that no
// command can end well without its result. It may be used concurrently.
type output struct {
	w      io.Writer
	failed func(error) // hears the first error

	mu  sync.Mutex
	err error
}

// Write implements io.Writer. After an error nothing more is written.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err != nil {
		err = fmt.Errorf("standard output: %w", err)
		o.err = err
		o.failed(err)
	}
	return n, err
}

func (o *output) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}
