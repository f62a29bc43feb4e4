package model

import (
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// wordList are 672 English nouns of one word each, easy to say and to spell,
// no two of which sound alike. Changing one changes the names of models.
//
//go:embed words.txt
var wordList string

var words = strings.Fields(wordList)

// Words is a model's SHA-256, in hex, as six words, so that a room can compare
// models aloud: the first 64 bits of it as digits of base 672, the least one
// first. Two models that differ share all six with a chance of one in 9·10¹⁶.
// It is "" for what is no SHA-256.
func Words(sum string) string {
	data, err := hex.DecodeString(sum)
	if err != nil || len(data) != checksumLen/2 {
		return ""
	}
	number := binary.BigEndian.Uint64(data)
	six := make([]string, 6)
	for i := range six {
		six[i] = words[number%uint64(len(words))]
		number /= uint64(len(words))
	}
	return strings.Join(six, " ")
}
