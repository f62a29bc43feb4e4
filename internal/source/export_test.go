package source

// NewSplitter is newSplitter, for the tests that compare it with encoding/csv.
var NewSplitter = newSplitter
