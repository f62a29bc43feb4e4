// Command consumer cuts the topic into batch files and trains a model on each.
package main

import (
	"hotspot/internal/consumer"
	"hotspot/internal/platform/cli"
)

func main() {
	cli.Main("consumer", "Cut the topic into batches of 5,000 rows and train a k-means model on each.", &consumer.Command{})
}
