package main

import (
	"context"
	"fmt"

	"hotspot/internal/check/doctor"
	"hotspot/internal/platform/cli"
)

type doctorCommand struct {
	doctor.Config `embed:""`
	JSON          bool `name:"json" help:"Print the findings as JSON."`
}

func (doctorCommand) Help() string {
	return `Give it the flags that you give the roles. It ends with exit 0 when nothing is wrong, with 1 when something is.

Examples:
  hotspot doctor
  hotspot doctor --brokers kafka.example.org:9093 --tls --k 8`
}

// Run looks and prints.
func (c doctorCommand) Run(ctx context.Context, app *cli.App) error {
	findings, err := doctor.Examine(ctx, app.Log, c.Config)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := printJSON(app, findings); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			fmt.Fprintf(app.Out, "%-8s%-9s %s\n", f.Severity, f.Check, f.What)
			if f.Next != "" {
				fmt.Fprintf(app.Out, "%17s next: %s\n", "", f.Next)
			}
		}
	}
	if n := doctor.Problems(findings); n > 0 {
		return fmt.Errorf("doctor: problems found: %d; each has its next step above", n)
	}
	return nil
}
