package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	attempts = 8                // at one question
	longest  = 15 * time.Minute // that a portal may ask us to wait
	timeout  = 5 * time.Minute  // of one answer
	maxBody  = 256 << 20        // bytes of one answer
)

// client asks a portal, again where that can help.
type client struct {
	http   http.Client
	wait   func(ctx context.Context, d time.Duration) error
	header string // that takes the token
	token  string // "" for none
}

// finalError is one that asking again does not mend.
type finalError struct{ error }

func (e finalError) Unwrap() error { return e.error }

// get asks until read takes the answer. read may be called more than once.
func (c *client) get(ctx context.Context, address string, query url.Values, read func(body []byte) error) error {
	for try := 1; ; try++ {
		pause, err := c.once(ctx, address+"?"+query.Encode(), read)
		switch final := (finalError{}); {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &final):
			return err
		case pause > longest:
			return fmt.Errorf("%w; it wants %s of rest", err, pause)
		case try == attempts:
			return fmt.Errorf("%w (asked %d times)", err, attempts)
		}
		if err := c.wait(ctx, max(pause, time.Second<<try)); err != nil {
			return err
		}
	}
}

// once asks once, and says how long the portal wants to be left alone.
func (c *client) once(ctx context.Context, address string, read func([]byte) error) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, finalError{err}
	}
	if c.token != "" {
		r.Header.Set(c.header, c.token)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	start := bytes.TrimSpace(body[:min(len(body), 200)])
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500 || status == http.StatusAccepted:
		return retryAfter(resp.Header.Get("Retry-After")), fmt.Errorf("it answered %s", resp.Status)
	case status != http.StatusOK: // nor is a redirect followed: it would carry the token to another host
		return 0, finalError{fmt.Errorf("it answered %s %s: %q", resp.Status, resp.Header.Get("Location"), start)}
	case err != nil:
		return 0, fmt.Errorf("its answer was cut off: %w", err)
	case len(body) > maxBody:
		return 0, finalError{fmt.Errorf("its answer is longer than %d bytes", maxBody)}
	case bytes.HasPrefix(start, []byte("<")):
		return 0, fmt.Errorf("it answered with a page and no data: %q", start)
	}
	return 0, read(body)
}

func retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(seconds, 1<<30)) * time.Second
	}
	if t, err := http.ParseTime(text); err == nil {
		return time.Until(t)
	}
	return 0
}

func wait(ctx context.Context, d time.Duration) error {
	over, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-over.Done()
	return ctx.Err()
}
