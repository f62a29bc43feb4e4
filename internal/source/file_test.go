package source_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hotspot/internal/source"
	"hotspot/internal/testkit/rowtest"
)

func writeFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readPath reads a file as the producer does.
func readPath(t *testing.T, path string) outcome {
	t.Helper()
	f, err := source.OpenFile(path)
	if err != nil {
		return outcome{err: err}
	}
	defer f.Close()
	o := readAll(f)
	if done, total := f.Progress(); o.err == nil && total > 0 && done != total {
		t.Errorf("read %d bytes of %d", done, total)
	}
	return o
}

// tail is the part of an error behind the path.
func tail(err error) string {
	if err == nil {
		return ""
	}
	path, rest, _ := strings.Cut(err.Error(), ": ")
	return path[strings.LastIndex(path, string(filepath.Separator))+1:] + ": " + rest
}

// C40 and C41 of bad-input.md: gzip data is known by its magic, and what is
// wrong with it ends the file after the rows before it.
func TestOpenInflates(t *testing.T) {
	plain := []byte(rowtest.Header() + strings.Repeat(rowtest.Line(), 5000))
	whole := gzipped(t, plain)
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-5] ^= 1 // in the checksum
	tests := []struct {
		name, file string
		data       []byte
		rows       int // -1: some, not all
		err        string
	}{
		{"C40 plain", "a.csv", plain, 5000, ""},
		{"C40 by magic", "a.csv", whole, 5000, ""},
		{"C40 plain under a gzip name", "a.csv.gz", plain, 5000, ""},
		{"C40 two members", "a.csv.gz", append(gzipped(t, plain[:70]), gzipped(t, plain[70:])...), 5000, ""},
		{"C41 truncated", "a.csv.gz", whole[:len(whole)/2], -1, "the gzip data is damaged or cut off: unexpected EOF; download the file again"},
		{"C41 truncated trailer", "a.csv.gz", whole[:len(whole)-3], 5000, "the gzip data is damaged or cut off: unexpected EOF; download the file again"},
		{"C41 garbage behind", "a.csv.gz", append(bytes.Clone(whole), "garbage garbage"...), 5000, "the gzip data is damaged or cut off: gzip: invalid header; download the file again"},
		{"C41 damaged", "a.csv.gz", damaged, 5000, "the gzip data is damaged or cut off: gzip: invalid checksum; download the file again"},
		{"C40 magic only", "a.csv", []byte("\x1f\x8bxxxxxxxxxxxxxxxx"), 0, "begins like gzip data and is none; download it again"},
		{"C17", "a.csv", nil, 0, "no header: the file is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := readPath(t, writeFile(t, tt.file, tt.data))
			if got := len(o.rows); got != tt.rows && (tt.rows >= 0 || got == 0 || got >= 5000) {
				t.Errorf("%d rows, want %d", got, tt.rows)
			}
			if got := tail(o.err); !strings.HasSuffix(got, tt.err) || (got == "") != (tt.err == "") {
				t.Errorf("error %q, want %q", got, tt.err)
			}
			var fe *source.FileError
			if tt.err != "" && (!errors.As(o.err, &fe) || !fe.Usage()) {
				t.Errorf("%T is not a *FileError of the input", o.err)
			}
		})
	}
}

// TestOpenStopsAGzipBomb is C41: 1,000-fold is no table of rows.
func TestOpenStopsAGzipBomb(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, rowtest.Header()+rowtest.Line())
	if _, err := io.CopyN(z, letters{}, 100<<20); err != nil {
		t.Fatal(err)
	}
	z.Close()
	f, err := source.OpenFile(writeFile(t, "bomb.csv.gz", b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, err := io.Copy(io.Discard, f)
	if !strings.HasSuffix(tail(err), "inflates more than 100-fold, which no table of crimes does; check where it is from") {
		t.Errorf("error %v", err)
	}
	if n > 65<<20 {
		t.Errorf("%d bytes came out", n)
	}
}

// C42 of bad-input.md.
func TestOpenSaysWhyItCannot(t *testing.T) {
	dir := t.TempDir()
	tests := []struct{ name, path, want string }{
		{"C42 directory", dir, "is a directory; name a CSV file in it"},
		{"C42 missing", filepath.Join(dir, "no.csv"), "no.csv: no such file; hotspot generate writes one, hotspot prepare makes one of the city's"},
	}
	if os.Getuid() > 0 {
		path := writeFile(t, "secret.csv", nil)
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		tests = append(tests, struct{ name, path, want string }{"C42 unreadable", path, "secret.csv: permission denied"})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := source.OpenFile(tt.path)
			var fe *source.FileError
			if !errors.As(err, &fe) || !strings.HasSuffix(tail(err), tt.want) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

// TestOpenReadsStandardInput is C42's "-": from a pipe, also gzip data, and
// from where a redirected file stands.
func TestOpenReadsStandardInput(t *testing.T) {
	stdin := os.Stdin
	t.Cleanup(func() { os.Stdin = stdin })
	plain := []byte(rowtest.Header() + rowtest.Line() + rowtest.Line())
	for name, data := range map[string][]byte{"plain": plain, "gzip": gzipped(t, plain)} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		os.Stdin = r
		go func() { w.Write(data); w.Close() }()
		o := readPath(t, "-")
		if len(o.rows) != 2 || o.err != nil {
			t.Errorf("%s: %s", name, o.summary())
		}
		r.Close()
	}

	f, err := os.Open(writeFile(t, "crime.csv", append([]byte("a comment\n"), plain...)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(int64(len("a comment\n")), io.SeekStart); err != nil {
		t.Fatal(err)
	}
	os.Stdin = f
	if o := readPath(t, "-"); len(o.rows) != 2 || o.err != nil {
		t.Errorf("redirected: %s", o.summary())
	}
}

// TestGrowingFileEndsAtALine is C43: what is appended after the start is not
// read, and a line that is being written is left for the next time.
func TestGrowingFileEndsAtALine(t *testing.T) {
	tests := []struct{ name, now, later, want string }{
		{"whole lines", rowtest.Header() + rowtest.Line(), rowtest.Line(), "rows 2"},
		{"half a line", rowtest.Header() + rowtest.Line() + "2018174724,20181", "7472423990\n", "rows 2"},
		{"half a line in quotes", rowtest.Header() + rowtest.Line() + `1,"2`, "3\"\n", "rows 2"},
		{"half a record", rowtest.Header() + rowtest.Line() + "1,\"2\n", "3\"\n", "rows 2"},
		{"half a last line", rowtest.Header() + rowtest.Line() + "1,\"2\n3\"", ",4\n", "rows 2"},
		{"many lines", rowtest.Header() + strings.Repeat("\n", 10_000) + rowtest.Line(), rowtest.Line(), "rows 10002"},
		{"half a line end", rowtest.Header() + strings.TrimSuffix(rowtest.Line(), "\n"), "\n", "rows "},
		{"not growing", rowtest.Header() + rowtest.Line() + "2018174724,20181", "", "rows 2; crime.csv:3: OFFENSE_CODE: missing columns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := writeFile(t, "crime.csv", []byte(tt.now))
			f, err := source.OpenFile(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			a, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if _, err := a.WriteString(tt.later); err != nil {
				t.Fatal(err)
			}
			if got := readAll(f).summary(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestShrinkingFileIsAnError is C44's other half: a file cut while it is read.
func TestShrinkingFileIsAnError(t *testing.T) {
	path := writeFile(t, "crime.csv", []byte(rowtest.Header()+strings.Repeat(rowtest.Line(), 5000)))
	f, err := source.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cr, err := source.NewReader(f, f.Name())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 100_000); errors.Is(err, syscall.EACCES) {
		t.Skip("this system does not truncate an open file")
	} else if err != nil {
		t.Fatal(err)
	}
	for _, e := range cr.Rows() {
		err = e
	}
	if err == nil || !strings.Contains(err.Error(), "became shorter while it was read: 100000 bytes of") {
		t.Errorf("error %v", err)
	}
}
