// Package spark carries train.py, so that the programs need no file beside
// them. The script itself is usable without them.
package spark

import _ "embed"

// Script is train.py.
//
//go:embed train.py
var Script []byte
