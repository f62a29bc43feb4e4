// Package arch holds no code, only tests of the source text: who may import
// whom, who may read the environment or write files, how long a file may be,
// where products must be rounded, and whether the links of the docs lead
// somewhere. Each failure says what to do about it.
//
// The import table stands in docs/design.md, where people read it; imports_test.go
// reads it from there.
package arch
