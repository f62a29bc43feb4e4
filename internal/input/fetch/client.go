package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
)

const (
	attempts = 8                // at one question
	longest  = 15 * time.Minute // that a portal may ask us to wait
	timeout  = 5 * time.Minute  // of one answer
	maxBody  = 256 << 20        // bytes of one answer; a longer one is cut off
)

// client asks a portal, again where that can help.
type client struct {
	http   http.Client
	header string // that takes the token
	token  string // "" for none
	again  func(because error)
}

// refusal is the status of an answer without data.
type refusal int

func (r refusal) Error() string {
	return fmt.Sprintf("it answered %d %s", int(r), http.StatusText(int(r)))
}

// get asks until read takes the answer. read may be called more than once.
func (c *client) get(ctx context.Context, address string, query url.Values, read func(body []byte) error) error {
	for try := 1; ; try++ {
		pause, err := c.once(ctx, address+"?"+query.Encode(), read)
		var status refusal
		errors.As(err, &status)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case status/100 == 3, status/100 == 4 && status != http.StatusTooManyRequests: // it would say so again
			return err
		case pause > longest:
			return fmt.Errorf("%w; it wants %s of rest", err, pause)
		case try == attempts:
			return fmt.Errorf("%w (asked %d times)", err, attempts)
		}
		if c.again != nil {
			c.again(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(max(pause, time.Second<<try)):
		}
	}
}

// once asks once, and says how long the portal wants to be left alone.
func (c *client) once(ctx context.Context, address string, read func([]byte) error) (pause time.Duration, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	if c.token != "" {
		r.Header.Set(c.header, c.token)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	switch {
	case resp.StatusCode != http.StatusOK: // nor is a redirect followed: it would carry the token to another host
		after := resp.Header.Get("Retry-After")
		pause, _ = time.ParseDuration(after + "s") // 0 for another form
		if t, err := http.ParseTime(after); err == nil {
			pause = time.Until(t)
		}
		err = refusal(resp.StatusCode)
	case err != nil:
		err = fmt.Errorf("its answer was cut off: %w", err)
	default:
		err = read(body)
	}
	if err != nil {
		err = fmt.Errorf("%w%s", err, words(body))
	}
	return pause, err
}

var tags = regexp.MustCompile(`<[^>]*>`)

// words is the beginning of what a person reads of an answer, behind a colon.
func words(body []byte) string {
	text := tags.ReplaceAllString(string(body[:min(len(body), 4096)]), " ")
	said := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
	if len(said) == 0 {
		return ""
	}
	return fmt.Sprintf(": %.100s", strings.Join(said, " "))
}
