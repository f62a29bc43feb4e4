package model_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hotspot/internal/model"
	"hotspot/internal/testkit/memtest"
)

func reason(err error) string {
	var c *model.CorruptError
	if errors.As(err, &c) {
		return c.Reason
	}
	return "no CorruptError"
}

// Every file below has a right checksum unless its name says otherwise.
func TestDecodeRefuses(t *testing.T) {
	valid := string(sample().Encode())
	swap := func(old, new string) string {
		if !strings.Contains(valid, old) {
			t.Fatalf("the sample has no %q", old)
		}
		return string(seal([]byte(strings.Replace(valid, old, new, 1))))
	}
	tests := []struct{ name, file, want string }{
		{"empty", "", "json"},
		{"null", "null", "json"},
		{"a list", "[]", "json"},
		{"no members", "{}", "format"},
		{"cut off before the checksum", valid[:40], "json"},
		{"cut off behind it", valid[:len(valid)-2], "checksum"},
		{"byte order mark", swap("{\n", "\ufeff{\n"), "json"},
		{"larger than the limit", valid + strings.Repeat(" ", model.MaxBytes), "size"},
		{"newer format", swap("hotspot.model/3", "hotspot.model/4"), "format"},
		{"format not text", swap(`"hotspot.model/3"`, "1"), "format"},
		{"checksum of other bytes", strings.Replace(valid, "five-points", "five-point5", 1), "checksum"},
		{"checksum upper case", strings.Replace(valid, `"checksum": "`, `"checksum": "A`, 1), "checksum"},
		{"checksum missing", strings.Replace(valid, `"checksum"`, `"checksam"`, 1), "checksum"},
		{"checksum null", sealed.ReplaceAllString(valid, `"checksum": null`), "checksum"},
		{"data after the end", string(seal([]byte(valid + "{}"))), "json"},
		{"unknown member", swap(`"reproducible"`, `"x": 1, "reproducible"`), "json"},
		{"unknown member of a cluster", swap(`"radius_m"`, `"x": 1, "radius_m"`), "json"},
		{"doubled member", swap(`"reason": ""`, `"reason": "", "reason": ""`), "json"},
		{"doubled member, escaped", swap(`"reason": ""`, `"reason": "", "re\u0061son": ""`), "json"},
		{"doubled member, other case", swap(`"reason": ""`, `"reason": "", "Reason": ""`), "json"},
		{"member in another case", swap(`"radius_m"`, `"Radius_m"`), "json"},
		{"missing member", swap(`"reason": "",`, ``), "json"},
		{"missing count", swap(`"hours_unknown": 1,`, ``), "clusters"},
		{"null for a list", swap(`"extra": []`, `"extra": null`), "json"},
		{"null for a number", swap(`"iterations": 3`, `"iterations": null`), "json"},
		{"text for a number", swap(`"iterations": 3`, `"iterations": "3"`), "json"},
		{"not a whole number", swap(`"iterations": 3`, `"iterations": 3.5`), "json"},
		{"NaN", swap(`"radius_m": 100.5`, `"radius_m": NaN`), "json"},
		{"number beyond float64", swap(`"radius_m": 100.5`, `"radius_m": 1e309`), "json"},
		{"invalid UTF-8", swap("five-points", "five-\xff"), "json"},
		{"23 hours", swap("\"hours\": [\n    0,", `"hours": [`), "json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := model.Decode([]byte(tt.file))
			if m != nil || reason(err) != tt.want {
				t.Errorf("Decode = %v, %v; want reason %s", m, err, tt.want)
			}
		})
	}
}

func TestDecodeAcceptsAnySpacingAndOrder(t *testing.T) {
	want := sample()
	var tight bytes.Buffer
	if err := json.Compact(&tight, want.Encode()); err != nil {
		t.Fatal(err)
	}
	// The format moves behind the clusters.
	moved := strings.Replace(tight.String(), `"format":"hotspot.model/3",`, "", 1)
	moved = strings.TrimSuffix(moved, "}") + `,"format":"hotspot.model/3"}`
	for _, file := range []string{tight.String(), moved, "\n\t " + tight.String() + " \r\n"} {
		data := seal([]byte(file))
		got, err := model.Decode(data)
		if err != nil {
			t.Errorf("Decode(%.40s…): %v", file, err)
			continue
		}
		got.Checksum = want.Checksum
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Decode(%.40s…) (-want +got):\n%s", file, diff)
		}
	}
}

func TestDecodeRefusesEveryDamagedByteAndEveryCut(t *testing.T) {
	data := sample().Encode()
	for i := range data {
		if m, err := model.Decode(data[:i]); m != nil || reason(err) == "no CorruptError" {
			t.Fatalf("Decode of the first %d bytes = %v, %v", i, m, err)
		}
		for _, bit := range []byte{1, 0x20, 0x80} {
			damaged := bytes.Clone(data)
			damaged[i] ^= bit
			if m, err := model.Decode(damaged); m != nil || reason(err) == "no CorruptError" {
				t.Fatalf("Decode with byte %d damaged = %v, %v", i, m, err)
			}
		}
	}
}

// reliability.md, G12: a hostile file costs at most 64 MiB. What is allocated
// in all bounds what is held at once.
func TestDecodeOfAHostileFileStaysSmall(t *testing.T) {
	valid := string(untrainable().Encode())
	fill := func(member, open, item, end string) string {
		n := (model.MaxBytes - len(valid) - 100) / len(item)
		return strings.Replace(valid, `"`+member+`": []`, `"`+member+`": `+open+strings.Repeat(item, n)+end, 1)
	}
	for name, file := range map[string]string{
		"clusters":           fill("clusters", "[{}", ",{}", "]"),
		"fewer clusters":     strings.Replace(valid, `"clusters": []`, `"clusters": [{}`+strings.Repeat(",{}", 250_000)+"]", 1),
		"numbers":            fill("clusters", `[{"centroid":{"extra":[1`, ",1", "]}}]"),
		"deep lists":         fill("clusters", "", "[", ""),
		"deep objects":       fill("clusters", "", `{"a":`, ""),
		"a long text":        strings.Replace(valid, "A <b>", strings.Repeat("A", model.MaxBytes-len(valid)), 1),
		"a number of digits": strings.Replace(valid, `"model": 1`, `"model": `+strings.Repeat("1", model.MaxBytes-len(valid)), 1),
		"white space":        valid + strings.Repeat(" ", model.MaxBytes-len(valid)),
	} {
		t.Run(name, func(t *testing.T) {
			data := seal([]byte(file))
			if len(data) > model.MaxBytes {
				t.Fatalf("%d bytes are refused unread", len(data))
			}
			memtest.Bounded(t, func() { model.Decode(data) })
		})
	}
}

// FuzzDecode holds Decode to: no panic, no error but a CorruptError, and what
// it accepts it also accepts when it is written again. The fuzzer cannot guess
// a checksum, so each input is tried with the right one too.
func FuzzDecode(f *testing.F) {
	f.Add(sample().Encode())
	f.Add(untrainable().Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, data := range [][]byte{data, seal(data)} {
			var m *model.Model
			var err error
			memtest.Bounded(t, func() { m, err = model.Decode(data) })
			if err != nil {
				if reason(err) == "no CorruptError" || m != nil {
					t.Fatalf("Decode = %v, %v", m, err)
				}
				continue
			}
			again, err := model.Decode(m.Encode())
			if err != nil {
				t.Fatalf("Decode(Encode): %v", err)
			}
			if diff := cmp.Diff(m, again); diff != "" {
				t.Fatalf("Decode(Encode) (-want +got):\n%s", diff)
			}
		}
	})
}
