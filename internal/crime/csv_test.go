package crime_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/testkit/rowtest"
)

// awkward are the pieces of text that one of the encodings treats specially.
var awkward = []string{
	"", "a", " ", "\t", "\n", "\r", "\v", "\f", "\b", "\x01", "\x1f", "\x7f", `"`, `""`, `\`, `\.`, ",", "/", "<&>", "é", "日本", "😀",
	"\u0085", "\u00a0", "\u2028", "\u2029", "\u3000", "\ufeff", "\ufffd", "\xff", "\xe2\x80", "\xed\xa0\x80", "\x00", "'", ";", "{}", "u0041", `\u0041`,
}

func randomTexts(rng *rand.Rand) (text [crime.NumColumns]string) {
	for c := range text {
		for range rng.IntN(4) {
			text[c] += awkward[rng.IntN(len(awkward))]
		}
	}
	return text
}

// TestAppendCSVIsEncodingCSV: byte for byte, also for texts that Parse rejects.
func TestAppendCSVIsEncodingCSV(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 10_000 {
		rec := crime.Record{Text: randomTexts(rng)}
		checkCSV(t, &rec)
	}
}

func checkCSV(t *testing.T, rec *crime.Record) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(rec.Text[:]); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	if got := rec.AppendCSV(nil); !bytes.Equal(got, b.Bytes()) {
		t.Fatalf("%q:\n got %q\nwant %q", rec.Text, got, b.Bytes())
	}
}

// jsonValue is the value as encoding/json writes it: formats.md's definition.
func jsonValue(t testing.TB, text [crime.NumColumns]string) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteByte('{')
	for c, name := range crime.Columns {
		if c > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + name + `":`)
		var v bytes.Buffer
		e := json.NewEncoder(&v)
		e.SetEscapeHTML(false)
		if err := e.Encode(text[c]); err != nil {
			t.Fatal(err)
		}
		b.Write(bytes.TrimSuffix(v.Bytes(), []byte("\n")))
	}
	b.WriteByte('}')
	return b.Bytes()
}

// TestAppendValueIsEncodingJSON: byte for byte, also for texts that Parse
// rejects, and for every single byte and the runes about the special ones.
func TestAppendValueIsEncodingJSON(t *testing.T) {
	check := func(text [crime.NumColumns]string) {
		rec := crime.Record{Text: text}
		if got, want := rec.AppendValue(nil), jsonValue(t, text); !bytes.Equal(got, want) {
			t.Fatalf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
	rng := rand.New(rand.NewPCG(9, 10))
	for range 5_000 {
		check(randomTexts(rng))
	}
	for b := range 256 {
		check(rowtest.With("NEIGHBORHOOD_ID", string([]byte{'a', byte(b), 'z'})))
	}
	for r := rune(0x2000); r < 0x2100; r++ {
		check(rowtest.With("NEIGHBORHOOD_ID", string(r)))
	}
}

// TestAcceptedRowsTravelUnchanged: a record that Parse accepts comes back from
// its value and from its line, and nothing but its own value gives it.
func TestAcceptedRowsTravelUnchanged(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	accepted := 0
	for range 5_000 {
		text := rowtest.Good
		free := randomTexts(rng)
		for _, c := range []int{crime.ColOffenseCode, crime.ColOffenseType, crime.ColOffenseCategory, crime.ColDistrict, crime.ColPrecinct, crime.ColNeighborhood} {
			if rng.IntN(3) == 0 {
				text[c] = free[c]
			}
		}
		rec, err := crime.Parse(text)
		value := (&crime.Record{Text: text}).AppendValue(nil)
		if err != nil {
			if got, err := crime.ParseValue(value); err == nil && got.Text == text {
				t.Fatalf("ParseValue takes what Parse rejects: %q", text)
			}
			continue
		}
		accepted++
		if got, err := crime.ParseValue(value); err != nil || got != rec {
			t.Fatalf("ParseValue(%s) = %+v, %v", value, got, err)
		}
		if again := readLine(t, &rec); again != rec {
			t.Fatalf("%q is read as %q", rec.AppendCSV(nil), again.Text)
		}
	}
	if accepted < 1000 {
		t.Errorf("only %d texts were accepted", accepted)
	}
}

// TestParseValueAcceptsCanonicalBytesOnly: the same object written otherwise is
// another value, and another link of the chain.
func TestParseValueAcceptsCanonicalBytesOnly(t *testing.T) {
	rec := mustParse(t, rowtest.With("NEIGHBORHOOD_ID", "a/é\u2028\n<x>"))
	value := string(rec.AppendValue(nil))
	if _, err := crime.ParseValue([]byte(value)); err != nil {
		t.Fatal(err)
	}
	plainRec := mustParse(t, rowtest.Good)
	plain := string(plainRec.AppendValue(nil))
	change := func(old, with string) string {
		if !strings.Contains(value, old) {
			t.Fatalf("%q is not in %s", old, value)
		}
		return strings.Replace(value, old, with, 1)
	}
	for name, in := range map[string]string{
		"empty":                "",
		"null":                 "null",
		"space":                change(`":"`, `": "`),
		"final newline":        value + "\n",
		"cut":                  value[:len(value)-1],
		"cut in an escape":     value[:strings.Index(value, `\`)+1],
		"trailing":             value + "{}",
		"order":                change(`"INCIDENT_ID":"2018174723","OFFENSE_ID":"2018174723239901"`, `"OFFENSE_ID":"2018174723239901","INCIDENT_ID":"2018174723"`),
		"twice":                change(`{`, `{"INCIDENT_ID":"1",`),
		"name":                 change(`"GEO_LAT"`, `"geo_lat"`),
		"number":               change(`"2018174723"`, `2018174723`),
		"needless escape":      change(`a/é`, `a\/é`),
		"escaped letter":       change(`a/é`, `\u0061/é`),
		"escaped é":            change(`a/é`, `a/\u00e9`),
		"upper-case hex":       change(`\u2028`, `\u202A`),
		"raw U+2028":           change(`\u2028`, "\u2028"),
		"raw newline":          change(`\n`, "\n"),
		"long form":            change(`\n`, `\u000a`),
		"html escaping":        change(`<`, `\u003c`),
		"replacement escape":   change(`a/é`, `a/\ufffd`),
		"surrogates":           change(`a/é`, `a/\ud83d\ude00`),
		"lone surrogate":       change(`a/é`, `a/\ud83d`),
		"not hex":              change(`\u2028`, `\u20z8`),
		"short escape":         change(`\u2028`, `\u2`),
		"unknown escape":       change(`\n`, `\q`),
		"invalid UTF-8":        change(`a/é`, "a/\xe9"),
		"NUL":                  change(`a/é`, `a/\u0000`),
		"CR LF":                change(`\n`, `\r\n`),
		"bad id":               change(`"2018174723"`, `"02018174723"`),
		"plain, trailing":      plain + "{}",
		"plain, final newline": plain + "\n",
		"plain, raw U+2028":    strings.Replace(plain, "civic", "\u2028", 1),
		"plain, raw tab":       strings.Replace(plain, "civic", "\t", 1),
		"plain, invalid UTF-8": strings.Replace(plain, "civic", "\xe9", 1),
		"one coordinate":       change(`"39.73989755"`, `""`),
	} {
		if got, err := crime.ParseValue([]byte(in)); err == nil {
			t.Errorf("%s: ParseValue(%s) = %q", name, in, got.Text)
		}
	}
}
