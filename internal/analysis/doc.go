// Package analysis is a wing of the house: what is worked out from batches and
// models beside the way of a row. Each package below it answers one question
// of an analyst and writes nothing back: compare (what has changed between two
// models), explain (why a crime lies in its area), report (a sheet to print),
// score (what was found of what was planted in an invented city).
package analysis
