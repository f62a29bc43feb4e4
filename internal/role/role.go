// Package role makes commands of the producer and the consumer: the programs
// of these names, and the subcommands of hotspot that do the same in an image
// that holds one program. A role itself knows neither flags nor terminals; here
// it is given both. The api is not here: its program must not know Kafka.
package role

import (
	"context"
	"fmt"

	"hotspot/internal/consumer"
	"hotspot/internal/platform/cli"
	"hotspot/internal/producer"
)

// Producer streams the rows of a prepared CSV to Kafka.
type Producer struct {
	producer.Config `embed:""`
}

// Help shows examples.
func (Producer) Help() string {
	return `Examples:
  producer --input dataset/crime_preprocessed.csv --sleep-max 5ms
  producer --sleep-max 0    at full speed`
}

// Run sends until nothing is left to send, or until ctx ends.
func (c *Producer) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("producer", "bytes")
	defer stage.Done()
	c.OnProgress = func(p producer.Progress) { stage.Set(p.Bytes, p.Size, cli.Count(p.Row)+" rows") }
	s, err := producer.Run(ctx, app.Log, c.Config)
	app.Console.Print(app.Out, "%s\n", s)
	return err
}

// Consumer cuts the topic into batch files and trains a model on each.
type Consumer struct {
	consumer.Config `embed:""`
}

// Help shows an example.
func (Consumer) Help() string { return "Example: consumer --dir dataset-kafka --batches 3" }

// Run consumes until ctx ends, or until the batches asked for are there.
func (c *Consumer) Run(ctx context.Context, app *cli.App) error {
	stage := app.Console.Stage("consumer", "rows")
	defer stage.Done()
	c.Events.Progress = func(p consumer.Progress) {
		stage.Set(int64(p.Rows), int64(p.Size), fmt.Sprintf("batch %d, lag %s, %s", p.Batch, cli.Count(p.Lag), p.State))
	}
	return consumer.Run(ctx, app.Log, c.Config)
}
