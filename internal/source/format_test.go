package source_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// readAs reads a file of another form: its header, the texts of all columns of
// its rows, its rejects and its error.
func readAs(in string, f source.Format) string {
	all := func(h source.Header) (at []int, _ error) {
		for i := range h {
			at = append(at, i)
		}
		return at, nil
	}
	var b strings.Builder
	r, err := source.NewReaderOf(strings.NewReader(in), "town.csv", f, all, func(_ *crime.Record, texts []string) error {
		fmt.Fprintf(&b, " | %s", strings.Join(texts, "·"))
		return nil
	})
	if err != nil {
		return err.Error()
	}
	out := strings.Join(r.Header(), "·")
	for _, err := range r.Rows() {
		var row *source.RowError
		if errors.As(err, &row) {
			fmt.Fprintf(&b, " | %s", row.Reason)
		} else if err != nil {
			fmt.Fprintf(&b, " | %v", err)
		}
	}
	out += b.String()
	if n := r.Guessed(); n > 0 {
		out += fmt.Sprintf(" (%d guessed)", n)
	}
	return out
}

func TestTheFormOfAFileIsRecognized(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("a;b\n1;é\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ in, want string }{
		"commas":                     {"a,b\n1,2\n", "a·b | 1·2"},
		"semicolons":                 {"a;\"b,c,d\"\n1;2,5\n", "a·b,c,d | 1·2,5"},
		"tabs":                       {"a\tb\n1\t2\n", "a·b | 1·2"},
		"bars":                       {"a|b\n1|2\n", "a·b | 1·2"},
		"sep= in the first line":     {"sep=;\na,x;b\n1;2\n", "a,x·b | 1·2"},
		"sep= in quotes":             {"\"sep=;\"\r\na;b\r\n1;2\r\n", "a·b | 1·2"},
		"comments":                   {"# made by hand\n\n# on a Monday\na,b\n1,2\n", "a·b | 1·2"},
		"a header that begins so":    {"#,b\n1,2\n", "#·b | 1·2"},
		"UTF-16":                     {utf16, "a·b | 1·é"},
		"a mark of bytes":            {"\ufeffa;b\n1;2\n", "a·b | 1·2"},
		"Windows-1252":               {"a,b\nM\xe9fait,2\nvol,3\n", "a·b | Méfait·2 | vol·3 (1 guessed)"},
		"a name in Windows-1252":     {"a,d\xe9lit\n1,2\n", "a·délit | 1·2"},
		"commas behind rows":         {"a,b\n1,2,\n3,4,,\n5,6,x\n", "a·b | 1·2 | 3·4 | extra columns"},
		"backslash before a quote":   {"a,b\n\"say \\\"hi\\\"\",2\n\"C:\\\",3\n", `a·b | say "hi"·2 | C:\·3`},
		"doubled quotes as always":   {"a,b\n\"say \"\"hi\"\"\",2\n", `a·b | say "hi"·2`},
		"one column":                 {"a\n1\n", "town.csv:1: 1 column; is it separated by tabs or semicolons? hotspot prepare reads that, too; or save it with commas"},
		"nothing but a first line":   {"a,b", "a·b"},
		"a comment and nothing more": {"# a\n", "town.csv: no header: the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			f := source.Format{Tolerant: true}.Recognize([]byte(tt.in))
			if got := readAs(tt.in, f); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTheFormOfAFileCanBeGiven(t *testing.T) {
	encoding := func(name string) source.Format {
		e, err := source.EncodingOf(name)
		if err != nil {
			t.Fatal(err)
		}
		return source.Format{Tolerant: true, Encoding: e}
	}
	header := func(n int) source.Format { return source.Format{Tolerant: true, Header: n} }
	for name, tt := range map[string]struct {
		f        source.Format
		in, want string
	}{
		"separator":          {source.Format{Tolerant: true, Separator: ';'}, "a,b;c,d,e\n1;2\n", "a,b·c,d,e | 1·2"},
		"encoding":           {encoding("ISO_8859-7"), "a,b\n\xe1,2\n", "a·b | α·2"},
		"UTF-8 and no guess": {encoding("utf8"), "a,b\n\xe1,2\n", "a·b | \xe1·2"},
		"header":             {header(2), "City of Nowhere,,\na,b,c\n1,2,3\n", "a·b·c | 1·2·3"},
		"no header":          {header(source.NoHeader), "7,x\n8,y\n", "1·2 | 7·x | 8·y"},
		"no header, quotes":  {header(source.NoHeader), "\"7,\n7\",x\n8,y\n", "1·2 | 7,\n7·x | 8·y"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := readAs(tt.in, tt.f.Recognize([]byte(tt.in))); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
	if _, err := source.EncodingOf("klingon"); err == nil || !strings.Contains(err.Error(), `"klingon"`) {
		t.Errorf("an encoding that is none: %v", err)
	}
}

func TestOurOwnFormIsStrict(t *testing.T) {
	if got := readAs("a,b\n1,2,\n\"x\\\"y\",2\nM\xe9,2\n", source.Format{}); !strings.Contains(got, "extra columns | text after quote | M\xe9·2") {
		t.Errorf("got %s", got)
	}
}

func TestWhatIsNoTableIsNamed(t *testing.T) {
	for in, want := range map[string]string{
		"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n": "a Git LFS pointer and not the file that it stands for; run git lfs pull",
		"\n <!DOCTYPE html>\n<html>, </html>":                                "an HTML or XML page and no CSV",
		"[\n {\"nr\":1,\"when\":2}]":                                         "JSON and no CSV",
		"{ \"type\": \"FeatureCollection\", \"features\": []}":               "JSON and no CSV",
	} {
		if got := readAs(in, source.Format{Tolerant: true}.Recognize([]byte(in))); !strings.Contains(got, want) {
			t.Errorf("%.20q: %s, want %s", in, got, want)
		}
	}
}
