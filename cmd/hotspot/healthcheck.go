package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
)

type healthcheckCommand struct {
	URL     string        `arg:"" optional:"" default:"http://127.0.0.1:6000/readyz" help:"What to ask."`
	Timeout time.Duration `name:"timeout" default:"2s" help:"How long an answer may take."`
}

// Help shows an example.
func (healthcheckCommand) Help() string {
	return "Example: hotspot healthcheck http://127.0.0.1:9101/readyz"
}

// Run asks once. Anything but 200 is a failure that carries the answer.
func (c healthcheckCommand) Run(ctx context.Context, app *cli.App) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, nil)
	if err != nil {
		return usage.Errorf("healthcheck: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("healthcheck: %w; is the role running, and is this its address?", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("healthcheck: %s answered %s: %s", c.URL, resp.Status, strings.TrimSpace(string(body)))
	}
	_, err = fmt.Fprintf(app.Out, "%s\n", strings.TrimSpace(string(body)))
	return err
}
