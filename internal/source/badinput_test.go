package source_test

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/memtest"
	"hotspot/internal/testkit/rowtest"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// The cases of bad-input.md that a file can bring; C33 to C35 are prepare's,
// C40 to C43 are in file_test.go. want is the lines of the accepted rows, the
// rejects, and the file error.
func TestReaderJudgesBadInput(t *testing.T) {
	h := rowtest.Header()
	short := strings.Replace(h, ",VICTIM_COUNT", "", 1)
	required := slices.DeleteFunc(slices.Clone(crime.Columns[:]), func(c string) bool { return slices.Contains(crime.Optional, c) })
	quoted := func(note string) string { return rowtest.Line("OFFENSE_TYPE_ID", note) }
	tests := []struct{ name, in, want string }{
		{"C01", "\ufeff" + h + rowtest.Line(), "rows 2"},
		{"C02", strings.ReplaceAll(h+rowtest.Line()+rowtest.Line(), "\n", "\r\n"), "rows 2 3"},
		{"C03", strings.ReplaceAll(h+rowtest.Line()+rowtest.Line(), "\n", "\r"), "rows ; FILE crime.csv:1: CR-only line ends; save the file with LF or CRLF"},
		{"C04", h + strings.TrimSuffix(rowtest.Line(), "\n"), "rows 2"},
		{"C05 a needed column", h + "1,2,3\n" + rowtest.Line(), "rows 3; crime.csv:2: OFFENSE_CODE_EXTENSION: missing columns"},
		{"C05 unused trailing columns", strings.TrimSuffix(h, "\n") + ",x,y\n" + rowtest.Line(), "rows 2"},
		{"C06", h + strings.TrimSuffix(rowtest.Line(), "\n") + ",\n" + rowtest.Line(), "rows 3; crime.csv:2: extra columns"},
		{"C07", h + "\n\r\n" + rowtest.Line() + "\n" + rowtest.Line(), "rows 4 6"},
		{"C08", h + "   \n" + rowtest.Line(), "rows 3; crime.csv:2: OFFENSE_ID: missing columns"},
		{"C09", h + quoted("\"two\nlines\"") + rowtest.Line(), "rows 2 4"},
		{"C10", h + quoted("\"two\r\nlines\"") + rowtest.Line(), "rows 2 4"},
		{"C11", h + quoted(`LAT:39°45'55.12""N`) + quoted(`a "b" c`), "rows 2 3"},
		{"C12", h + quoted(`"lost`) + strings.Repeat(rowtest.Line(), 3), "rows 3 4 5; crime.csv:2: unclosed quote; FILE crime.csv:2: a quote is opened and never closed; is the file cut off, or a \" missing?"},
		{"C12 at the end", h + rowtest.Line() + `1,"2`, "rows 2; crime.csv:3: unclosed quote; FILE crime.csv:3: a quote is opened and never closed; is the file cut off, or a \" missing?"},
		{"C12 before a quoted field", h + quoted(`"lost`) + rowtest.Line() + quoted(`"five, points"`) + rowtest.Line(), "rows 3 4 5; crime.csv:2: text after quote"},
		{"C12 before an empty quoted field", h + quoted(`"lost`) + rowtest.Line("DISTRICT_ID", `""`) + rowtest.Line("VICTIM_COUNT", `"1"`), "rows 3 4; crime.csv:2: text after quote"},
		{"C12 closed by a quote that opens", h + quoted(`"lost`) + rowtest.Line() + rowtest.Line("VICTIM_COUNT", `"`), "rows 3; crime.csv:2: FIRST_OCCURRENCE_DATE: missing columns; crime.csv:4: unclosed quote; FILE crime.csv:4: a quote is opened and never closed; is the file cut off, or a \" missing?"},
		{"C13", h + quoted(`"a"b`) + rowtest.Line(), "rows 3; crime.csv:2: text after quote"},
		{"C13 CR", h + rowtest.Line("VICTIM_COUNT", "\"1\"\r1") + rowtest.Line(), "rows 3; crime.csv:2: text after quote"},
		{"C14", h + quoted("a\x00b") + rowtest.Line(), "rows 3; crime.csv:2: OFFENSE_TYPE_ID: nul byte"},
		{"C15", h + quoted("caf\xe9") + quoted("café"), "rows 3; crime.csv:2: OFFENSE_TYPE_ID: invalid utf8"},
		{"C16", "\xff\xfeI\x00N\x00", "rows ; FILE crime.csv: UTF-16; save the file as UTF-8"},
		{"C17", "", "rows ; FILE crime.csv: no header: the file is empty"},
		{"C17 blank lines", "\n\n", "rows ; FILE crime.csv: no header: the file is empty"},
		{"C18", h, "rows "},
		{"C19", rowtest.Line() + rowtest.Line(), "rows ; FILE crime.csv:1: this is a city's raw file and no prepared one; next: hotspot prepare crime.csv -o prepared.csv"},
		{"C19 one", short + rowtest.Line(), "rows ; FILE crime.csv:1: the header lacks VICTIM_COUNT"},
		{"C20", "VICTIM_COUNT," + short + "7," + strings.Replace(rowtest.Line(), ",1,GO", ",GO", 1), "rows 2"},
		{"C20 without what is optional", strings.Join(required, ",") + "\n" + strings.Replace(strings.Replace(rowtest.Line(), ",2018-03-11T15:00:00", "", 1), ",GO 2018-174723", "", 1), "rows 2"},
		{"C21", "NOTE," + strings.TrimSuffix(h, "\n") + ",MORE\nn," + strings.TrimSuffix(rowtest.Line(), "\n") + ",m\n", "rows 2"},
		{"C21 the city's", "GEO_X," + h, "rows ; FILE crime.csv:1: this is a city's raw file and no prepared one; next: hotspot prepare crime.csv -o prepared.csv"},
		{"C22", "GEO_LAT," + h, "rows ; FILE crime.csv:1: the header has GEO_LAT twice; rename one, or give the number of the column"},
		{"C23", strings.Replace(h, "GEO_LAT", "Geo_Lat ", 1), "rows "},
		{"C24 tab", strings.ReplaceAll(h, ",", "\t"), "rows ; FILE crime.csv:1: 1 column; is it separated by tabs or semicolons? hotspot prepare reads that, too; or save it with commas"},
		{"C24 semicolon", strings.ReplaceAll(h, ",", ";"), "rows ; FILE crime.csv:1: 1 column; is it separated by tabs or semicolons? hotspot prepare reads that, too; or save it with commas"},
		{"C25", h + quoted(strings.Repeat("x", 70_000)) + rowtest.Line(), "rows 3; crime.csv:2: too long"},
		{"C25 the last", h + rowtest.Line() + strings.Repeat("x", 300_000), "rows 2; crime.csv:3: too long"},
		{"C25 in quotes", h + quoted(`"`+strings.Repeat("x", 300_000)+`"`) + rowtest.Line(), "rows 3; crime.csv:2: too long"},
		{"C25 behind quoted lines", h + quoted("\"a\nb\"") + quoted("\"a\nb\","+strings.Repeat("x", 65_600)) + rowtest.Line(), "rows 2 6; crime.csv:4: too long; crime.csv:5: too long"},
		{"C37", h + rowtest.Line() + rowtest.Line("OFFENSE_ID", "2018174723230500"), "rows 2 3"},
		{"C40", "\x1f\x8b\x08", "rows ; FILE crime.csv: gzip data where rows are expected; inflate it with gunzip"},
		{"C40 zip", "PK\x03\x04", "rows ; FILE crime.csv: a zip archive or a spreadsheet; unpack it or save it as CSV"},
		{"C45", h + quoted("=1+1") + quoted("@x"), "rows 2 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readString(tt.in).summary(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			// However the bytes arrive, the answer is the same.
			if len(tt.in) < 10_000 {
				if got := readAll(iotest.OneByteReader(strings.NewReader(tt.in))).summary(); got != tt.want {
					t.Errorf("byte by byte\ngot  %s\nwant %s", got, tt.want)
				}
			}
			if got := readAll(iotest.DataErrReader(strings.NewReader(tt.in))).summary(); got != tt.want {
				t.Errorf("with the error in the last read\ngot  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestReaderBoundsMemory is C25 at its size: a field of 200 MiB, quoted and
// not, costs no more memory than any other file.
func TestReaderBoundsMemory(t *testing.T) {
	const size = 200 << 20
	for name, quote := range map[string]string{"plain": "", "quoted": `"`} {
		t.Run(name, func(t *testing.T) {
			in := io.MultiReader(
				strings.NewReader(rowtest.Header()+rowtest.Line()+"1,"+quote),
				io.LimitReader(letters{}, size),
				strings.NewReader(quote+"\n"+rowtest.Line()),
			)
			var o outcome
			used := memtest.Allocated(func() { o = readAll(in) })
			if want := "rows 2 4; crime.csv:3: too long"; o.summary() != want {
				t.Errorf("got  %s\nwant %s", o.summary(), want)
			}
			if n := len(o.rejects[0].Raw); n != crime.MaxRecordBytes {
				t.Errorf("%d bytes of the row are kept, want %d", n, crime.MaxRecordBytes)
			}
			if used > 2<<20 {
				t.Errorf("%d bytes were allocated", used)
			}
		})
	}
}

// C02: with CRLF the rows are the same, to the byte.
func TestCRLFGivesTheSameRows(t *testing.T) {
	in := rowtest.Header() + rowtest.Line() + rowtest.Line("OFFENSE_TYPE_ID", "\"a \"\"b\"\", c\"") + rowtest.Line("NEIGHBORHOOD_ID", "")
	lf, crlf := readString(in), readString(strings.ReplaceAll(in, "\n", "\r\n"))
	if len(lf.rows) != 3 || len(crlf.rows) != 3 {
		t.Fatalf("%s and %s", lf.summary(), crlf.summary())
	}
	for i := range lf.rows {
		if !bytes.Equal(lf.rows[i].AppendCSV(nil), crlf.rows[i].AppendCSV(nil)) || !bytes.Equal(lf.rows[i].AppendValue(nil), crlf.rows[i].AppendValue(nil)) {
			t.Errorf("row %d: %q and %q", i+1, lf.rows[i].AppendCSV(nil), crlf.rows[i].AppendCSV(nil))
		}
	}
}

// letters is a field without end.
type letters struct{}

var aboutLetters = strings.Repeat("x", 64<<10)

func (letters) Read(p []byte) (int, error) { return copy(p, aboutLetters), nil }

// TestReaderResyncsAfterABound holds C12's bound: a quote that stays open for
// more than 100 lines, or 64 KiB, costs its own line only.
func TestReaderResyncsAfterABound(t *testing.T) {
	for _, n := range []int{150, 2000} {
		in := rowtest.Header() + rowtest.Line("OFFENSE_TYPE_ID", `"lost`) + strings.Repeat(rowtest.Line(), n)
		o := readString(in)
		if len(o.rows) != n || len(o.rejects) != 1 || o.err != nil {
			t.Fatalf("%d rows behind the quote: %d rows, %d rejects, error %v", n, len(o.rows), len(o.rejects), o.err)
		}
		if want := strings.TrimSuffix(rowtest.Line("OFFENSE_TYPE_ID", `"lost`), "\n"); string(o.rejects[0].Raw) != want {
			t.Errorf("raw is %q, want %q", o.rejects[0].Raw, want)
		}
	}
	wide := strings.Repeat("x", 30_000)
	in := rowtest.Header() + rowtest.Line("OFFENSE_TYPE_ID", `"lost`) + strings.Repeat(rowtest.Line("OFFENSE_TYPE_ID", wide), 5)
	if got, want := readString(in).summary(), "rows 3 4 5 6 7; crime.csv:2: unclosed quote"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRowKeepsToItsBounds: what one more line, or byte, makes too long.
func TestRowKeepsToItsBounds(t *testing.T) {
	room := crime.MaxRecordBytes - (len(rowtest.Line()) - 1 - len("civic-center"))
	tests := []struct {
		name, text string
		ok         bool
	}{
		{"bytes", strings.Repeat("x", room), true},
		{"bytes and one", strings.Repeat("x", room+1), false},
		{"quotes", strings.Repeat(`"`, (room-2)/2), true},
		{"quotes and one", strings.Repeat(`"`, (room-2)/2+1), false},
		{"lines", strings.Repeat("\n", 99), true},
		{"lines and one", strings.Repeat("\n", 100), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := rowtest.With("NEIGHBORHOOD_ID", tt.text)
			rec, err := crime.Parse(text)
			if (err == nil) != tt.ok {
				t.Fatalf("error %v, want accepted %v", err, tt.ok)
			}
			if !tt.ok {
				rec = crime.Record{Text: text}
			}
			o := readAll(bytes.NewReader(rec.AppendCSV([]byte(rowtest.Header()))))
			if got := len(o.rows) == 1; got != tt.ok {
				t.Errorf("its line is read %v: %.200s", got, o.summary())
			}
			if _, err := crime.ParseValue(rec.AppendValue(nil)); (err == nil) != tt.ok {
				t.Errorf("its value: error %v", err)
			}
		})
	}
}
