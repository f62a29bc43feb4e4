// Package secret reads a password or a token from a file of one line.
package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxBytes is more than any secret has; such a file is not a data file.
const maxBytes = 4 << 10

// Read returns the one line of the file at path, without its line end and
// without the byte order mark that some editors write. The error names neither
// the path nor what is in the file.
func Read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", errors.Unwrap(err) // without the path, which the caller names
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return "", errors.Unwrap(err)
	}
	line := bytes.TrimRight(bytes.TrimPrefix(data, []byte("\ufeff")), "\r\n")
	switch {
	case len(data) > maxBytes:
		return "", fmt.Errorf("is longer than %d bytes", maxBytes)
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		return "", errors.New("is UTF-16 text, as PowerShell writes it; save it as UTF-8")
	case len(line) == 0:
		return "", errors.New("is empty")
	case bytes.ContainsAny(line, "\r\n"):
		return "", errors.New("holds more than one line")
	}
	return string(line), nil
}
