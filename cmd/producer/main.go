// Command producer streams the rows of a prepared CSV to Kafka, one by one.
package main

import (
	"context"

	"hotspot/internal/cli"
	"hotspot/internal/producer"
)

func main() {
	var c producer.Config
	cli.Main("producer", `Stream the rows of a prepared CSV to Kafka, one message a row.

Example: producer --input dataset/crime_preprocessed.csv --sleep-max 5ms
Full speed: producer --sleep-max 0`, &c, func(ctx context.Context, app *cli.App) error {
		stage := app.Console.Stage("producer", "bytes")
		defer stage.Done()
		c.OnProgress = func(p producer.Progress) { stage.Set(p.Bytes, p.Size, cli.Count(p.Row)+" rows") }
		s, err := producer.Run(ctx, app.Log, c)
		app.Console.Print(app.Out, "%s\n", s)
		return err
	})
}
