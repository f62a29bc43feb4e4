package batch

import "fmt"

// Prefix begins the name of every file of a batch.
const Prefix = "batch-"

// CSVName is the name of batch n's rows: batch-000001.csv.
func CSVName(n int) string { return fmt.Sprintf(Prefix+"%06d.csv", n) }

// ManifestName is the name of batch n's manifest: batch-000001.json.
func ManifestName(n int) string { return fmt.Sprintf(Prefix+"%06d.json", n) }

// ProvisionalCSVName is the name of the rows of a batch that is not full yet.
func ProvisionalCSVName(n int) string { return fmt.Sprintf(Prefix+"%06d.partial.csv", n) }

// ProvisionalName is the name of the manifest of a batch that is not full yet.
func ProvisionalName(n int) string { return fmt.Sprintf(Prefix+"%06d.partial.json", n) }
