package model_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hotspot/internal/model"
)

func TestWords(t *testing.T) {
	zeros := strings.Repeat("0", 64)
	tests := []struct{ sum, want string }{
		{zeros, "acorn acorn acorn acorn acorn acorn"},
		{"000000000000029f" + zeros[16:], "zipper acorn acorn acorn acorn acorn"}, // 671
		{"00000000000002a0" + zeros[16:], "acorn actor acorn acorn acorn acorn"},  // 672
		// 2^64-1 by Python: [w[n//672**i%672] for i in range(6)]
		{"ffffffffffffffff" + zeros[16:], "magnet eagle box rocket ship family"},
		{"ffffffffffffffff" + strings.Repeat("1", 48), "magnet eagle box rocket ship family"}, // the rest has no part in it
		{zeros[1:], ""},
		{zeros[2:], ""},
		{strings.Repeat("x", 64), ""},
	}
	for _, tt := range tests {
		if got := model.NameInWords(tt.sum); got != tt.want {
			t.Errorf("Words(%s) = %q, want %q", tt.sum, got, tt.want)
		}
	}
}

func TestTheListOfWordsIsFixed(t *testing.T) {
	data, err := os.ReadFile("words.txt")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(data))
	if !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != 672 {
		t.Errorf("%d words, want 672, sorted, each once", len(words))
	}
	for _, w := range words {
		if !regexp.MustCompile(`^[a-z]{3,9}$`).MatchString(w) {
			t.Errorf("%q is not a word of 3 to 9 letters", w)
		}
	}
}
