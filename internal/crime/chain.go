package crime

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// Chain is a link of the hash chain over the rows of a source. Two sides that
// agree on (row, chain) agree on the source and on every row up to there.
//
//	chain(0) = first 16 bytes of SHA-256("hotspot.row/2\n" + title + "\n" + invented + "\n" + area)
//	chain(n) = first 16 bytes of SHA-256(chain(n-1) + value of row n)
type Chain [16]byte

// StartChain is the link before row 1; invented is written true or false.
func StartChain(s Source) Chain {
	b := append([]byte("hotspot.row/2\n"), s.Title...)
	b = strconv.AppendBool(append(b, '\n'), s.Invented)
	b = append(append(b, '\n'), s.Area...)
	sum := sha256.Sum256(b)
	return Chain(sum[:len(Chain{})])
}

// Next is the link after the row with this message value.
func (c Chain) Next(value []byte) Chain {
	var buf [2048]byte // on the stack: the value of a row is about 450 bytes
	b := append(append(buf[:0], c[:]...), value...)
	sum := sha256.Sum256(b)
	return Chain(sum[:len(c)])
}

// String is the link in 32 lower-case hexadecimal digits.
func (c Chain) String() string { return hex.EncodeToString(c[:]) }

// ParseChain takes back what String wrote, and nothing else.
func ParseChain(s string) (Chain, error) {
	var c Chain
	if len(s) == 2*len(c) {
		if _, err := hex.Decode(c[:], []byte(s)); err == nil && c.String() == s {
			return c, nil
		}
	}
	return Chain{}, fmt.Errorf("crime: %.40q is no chain; want %d lower-case hexadecimal digits", s, 2*len(c))
}
