package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
)

type healthcheckCommand struct {
	URL     string        `arg:"" optional:"" default:"http://127.0.0.1:6000/readyz" help:"Address to ask; without a path its /readyz."`
	Timeout time.Duration `name:"timeout" default:"2s" help:"How long an answer may take."`
}

func (healthcheckCommand) Help() string {
	return "Example: hotspot healthcheck http://127.0.0.1:9101/readyz"
}

// Run asks once. Anything but 200 is a failure that carries the answer.
func (c healthcheckCommand) Run(ctx context.Context, app *cli.App) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" {
		return usage.Errorf("healthcheck: %q: want http://HOST:PORT, with or without a path", c.URL)
	}
	if strings.Trim(u.Path, "/") == "" {
		c.URL = u.JoinPath("readyz").String() // another page may answer of a role that is not ready
	}
	status, body, err := get(ctx, c.URL)
	if err != nil {
		return fmt.Errorf("healthcheck: %w; is the role running, and is this its address?", err)
	}
	if status != http.StatusOK {
		return fmt.Errorf("healthcheck: %s answered %d %s: %s", c.URL, status, http.StatusText(status), body)
	}
	_, err = fmt.Fprintf(app.Out, "%s\n", body)
	return err
}

// get asks url and returns the status and the answer, without its line end. The
// error is a usage error when url is none.
func get(ctx context.Context, url string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, usage.Wrap(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, bytes.TrimSpace(body), err
}
