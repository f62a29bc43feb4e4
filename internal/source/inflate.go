package source

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// Bounds of inflating. The city's file inflates 4-fold, rows of one city 10-fold;
// gzip can do 1,032-fold, which no CSV of rows comes near.
const (
	inflateFree  = 64 << 20 // bytes that may come out whatever went in
	inflateRatio = 100      // of what came out to what went in
)

// inflater is gzip's reader with a cap and with errors that say what to do.
type inflater struct {
	file *File
	z    *gzip.Reader
	out  int64
}

func newInflater(file *File, in *bufio.Reader) (*inflater, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, &FileError{File: file.name, Err: err, Msg: "begins like gzip data and is none; download it again"}
	}
	return &inflater{file: file, z: z}, nil
}

func (i *inflater) Read(p []byte) (int, error) {
	n, err := i.z.Read(p)
	i.out += int64(n)
	var f *FileError
	switch {
	case i.out > inflateFree && i.out > inflateRatio*i.file.done.Load():
		err = &FileError{File: i.file.name, Msg: fmt.Sprintf("inflates more than %d-fold, which no table of crimes does; check where it is from", inflateRatio)}
	case err != nil && err != io.EOF && !errors.As(err, &f):
		err = &FileError{File: i.file.name, Err: err, Msg: fmt.Sprintf("the gzip data is damaged or cut off: %v; download the file again", err)}
	}
	return n, err
}
