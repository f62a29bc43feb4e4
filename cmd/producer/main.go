// Command producer streams the rows of a prepared CSV to Kafka, one by one.
package main

import (
	"hotspot/internal/platform/cli"
	"hotspot/internal/producer"
)

func main() {
	cli.Main("producer", "Stream the rows of a prepared CSV to Kafka, one message a row.", &producer.Command{})
}
