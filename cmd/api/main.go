// Command api serves batches and models over HTTP.
package main

import (
	"hotspot/internal/api"
	"hotspot/internal/platform/cli"
)

func main() {
	cli.Main("api", "Serve the models over HTTP: GET /model1/<crime_id>/cluster.", &api.Command{})
}
