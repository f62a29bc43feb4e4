// Command hotspot is the whole suite in one program: up runs the broker and
// the three roles together; the other commands are the tools around them.
package main

import (
	"fmt"
	"runtime"

	"hotspot/internal/api"
	"hotspot/internal/consumer"
	"hotspot/internal/platform/cli"
	"hotspot/internal/producer"
)

type commands struct {
	withBroker
	Producer    producer.Command   `cmd:"" help:"Run the producer: the program of that name."`
	Consumer    consumer.Command   `cmd:"" help:"Run the consumer: the program of that name."`
	API         api.Command        `cmd:"" name:"api" help:"Run the API: the program of that name."`
	Fetch       fetchCommand       `cmd:"" help:"Bring the rows of a city's portal into a raw file for prepare: all of them, or none."`
	Prepare     prepareCommand     `cmd:"" help:"Turn the city's raw file into the prepared file that the producer takes."`
	Generate    generateCommand    `cmd:"" help:"Write the crimes of an invented city, in the form of a prepared file."`
	Verify      verifyCommand      `cmd:"" help:"Prove from the files, and from the topic, that rows, batches and models agree."`
	Doctor      doctorCommand      `cmd:"" help:"Say what is wrong with a set-up, and name the next command."`
	Train       trainCommand       `cmd:"" help:"Train a model on any prepared files, larger or smaller than a batch."`
	Sweep       sweepCommand       `cmd:"" help:"Judge every k of a range: how many areas do the crimes have?"`
	Spots       spotsCommand       `cmd:"" help:"List the places where much more was reported than around them."`
	Compare     compareCommand     `cmd:"" help:"Say what is more or fewer in a batch than its past lets expect, or what changed between two models."`
	Score       scoreCommand       `cmd:"" help:"Measure models of an invented city by what was planted there."`
	Explain     explainCommand     `cmd:"" help:"Recompute an answer from the row to the distance, with every number, and ask the API for the same."`
	DeadLetters deadLettersCommand `cmd:"" name:"deadletters" help:"List the messages of the topic that are no rows, with their reasons."`
	Report      reportCommand      `cmd:"" help:"Write the Monday sheet of a model: one page to read offline and to print."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a role whether it is ready; exit 0 when it is."`
	Version     versionCommand     `cmd:"" help:"Show the version."`
}

// dirFlag is the flag of every command that reads the folder.
type dirFlag struct {
	Dir string `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
}

func main() {
	cli.Main("hotspot", `Stream crime reports through Kafka, cut them into batches, train a k-means model on each, and serve the areas over HTTP.

`+begin, &commands{})
}

type versionCommand struct{}

// Run prints the version and what it was built with.
func (versionCommand) Run(app *cli.App) error {
	_, err := fmt.Fprintf(app.Out, "hotspot %s %s %s/%s\n", app.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
