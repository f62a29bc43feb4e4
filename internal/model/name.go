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

// NameInWords returns a model's SHA-256, in hex, as six words, so that people in a
// room can compare models aloud: its first 64 bits as digits of base 672, the least
// one first. Two models that differ share all six with a chance of one in 9·10¹⁶.
// It is "" for what is no SHA-256.
func NameInWords(sum string) string {
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
