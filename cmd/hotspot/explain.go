package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"hotspot/internal/analysis/explain"
	"hotspot/internal/catalog"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
)

type explainCommand struct {
	ID      int64  `arg:"" help:"The crime's INCIDENT_ID."`
	Model   string `name:"model" default:"latest" help:"Number of the model, or latest."`
	dirFlag `embed:""`
	Input   string `name:"input" empty:"do not look" default:"dataset/crime_preprocessed.csv" help:"Prepared CSV that the rows came from, to look up the line. Empty = do not look."`
	API     string `name:"api" empty:"do not ask" default:"http://127.0.0.1:6000" placeholder:"URL" help:"API to compare with. Empty = do not ask."`
	Token   string `name:"token-file" placeholder:"FILE" help:"File that holds the token of the API."`
}

func (explainCommand) Help() string {
	return `Recomputes the answer GET /modelN/ID/cluster from the row, with every number that is needed to do it by hand: line, row, batch, place, kilometers, the distance to each area. Then it asks the API and says whether the two agree.

Example: hotspot explain 2018174723 --model 3`
}

// Run explains one crime.
func (c explainCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	if c.ID < 0 {
		return usage.Errorf("explain: %d is not a crime's id: want 0 or more", c.ID)
	}
	v, err := catalog.Read(ctx, c.Dir)
	if err != nil {
		return err
	}
	m, err := c.findModel(v, c.Model)
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	e, err := explain.Crime(v, m, c.Dir, c.ID)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(app.Out, e.Text(c.Input)); err != nil || c.API == "" {
		return err
	}
	answer, err := e.AskAPI(ctx, c.API, c.Token)
	_, printErr := io.WriteString(app.Out, answer)
	return cmp.Or(err, printErr)
}
