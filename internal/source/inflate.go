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
	if i.out > inflateFree && i.out > inflateRatio*i.file.done.Load() {
		return n, i.fail(nil, fmt.Sprintf("inflates more than %d-fold, which no table of crimes does; check where it is from", inflateRatio))
	}
	if err == nil || err == io.EOF {
		return n, err
	}
	var f *FileError
	switch {
	case errors.As(err, &f):
		return n, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, i.fail(err, "unexpected end of the gzip data; download the file again")
	case errors.Is(err, gzip.ErrHeader):
		return n, i.fail(err, "something else follows the gzip data; download the file again")
	}
	return n, i.fail(err, "the gzip data is damaged: "+err.Error()+"; download the file again")
}

func (i *inflater) fail(err error, msg string) error {
	return &FileError{File: i.file.name, Err: err, Msg: msg}
}
