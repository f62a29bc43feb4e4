// Command consumer cuts the topic into batch files and trains a model on each.
package main

import (
	"hotspot/internal/platform/cli"
	"hotspot/internal/role"
)

func main() {
	var c role.Consumer
	cli.Main("consumer", "Cut the topic into batches of 5,000 rows and train a k-means model on each.", &c, c.Run)
}
