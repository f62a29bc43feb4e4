//go:build !windows

package cli

import "os"

// enableEscapes reports true: terminals elsewhere understand them as they are.
func enableEscapes(*os.File) bool { return true }
