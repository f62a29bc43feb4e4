package durable

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Scratch opens a file in the folder dir to write to and read again. It has no name
// that could outlive the process: however that ends, the system takes the file
// back, and when it is closed. Errors are those of the system.
func Scratch(dir string) (*os.File, error) {
	return openScratch(filepath.Join(dir, fmt.Sprintf("%shotspot-%016x", tempPrefix, rand.Uint64())))
}
