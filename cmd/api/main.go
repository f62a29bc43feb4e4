// Command api serves batches and models over HTTP.
package main

import (
	"context"

	"hotspot/internal/api"
	"hotspot/internal/platform/cli"
)

func main() {
	var c api.Config
	cli.Main("api", `Serve the models over HTTP: GET /model1/<crime_id>/cluster.

Example: api --dir dataset-kafka, then curl http://127.0.0.1:6000/models`, &c, func(ctx context.Context, app *cli.App) error {
		c.Version, c.RunID, c.Access = app.Version, app.RunID, app.Lines
		return api.Run(ctx, app.Log, c)
	})
}
