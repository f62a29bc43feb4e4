// Package source is a file of rows: it opens a prepared CSV, or a city's raw
// file, and reads it row by row - what is accepted as a crime.Record, what is
// not as a *RowError that names line and reason. It also knows what lies beside
// such a file: its sidecar, and the file of its rejects.
//
// It stands at the head of the flow: prepare and generate write what Reader
// reads, the producer sends what Reader accepts. It knows nothing of Kafka, of
// batches, of models and of the clock.
package source
