// Command consumer cuts the topic into batch files and trains a model on each.
package main

import (
	"context"
	"fmt"

	"hotspot/internal/cli"
	"hotspot/internal/consumer"
)

func main() {
	var c consumer.Config
	cli.Main("consumer", `Cut the topic into batches of 5,000 rows and train a k-means model on each.

Example: consumer --dir dataset-kafka --batches 3`, &c, func(ctx context.Context, app *cli.App) error {
		stage := app.Console.Stage("consumer", "rows")
		defer stage.Done()
		c.Events.Progress = func(p consumer.Progress) {
			stage.Set(int64(p.Rows), int64(p.Size), fmt.Sprintf("batch %d, lag %s, %s", p.Batch, cli.Count(p.Lag), p.State))
		}
		return consumer.Run(ctx, app.Log, c)
	})
}
