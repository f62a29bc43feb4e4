package crime

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// Chain is a link of the hash chain over the rows of a source. Two sides that
// agree on (row, chain) agree on the title and on every row up to there.
//
//	chain(0) = first 16 bytes of SHA-256("hotspot.row/1\n" + title + "\n" + invented)
//	chain(n) = first 16 bytes of SHA-256(chain(n-1) + value of row n)
type Chain [16]byte

// StartChain is the link before row 1; invented is written true or false.
func StartChain(title string, invented bool) Chain {
	b := append([]byte("hotspot.row/1\n"), title...)
	b = strconv.AppendBool(append(b, '\n'), invented)
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

// ParseChain takes back what String wrote.
func ParseChain(s string) (Chain, error) {
	var c Chain
	switch {
	case len(s) != 2*len(c):
		return Chain{}, fmt.Errorf("crime: a chain has %d hex digits: %w", 2*len(c), ErrBadStamp)
	case !c.parse([]byte(s)):
		return Chain{}, fmt.Errorf("crime: a chain is lower-case hex: %w", ErrBadStamp)
	}
	return c, nil
}

// parse sets c to what String wrote, and reports whether b is that.
func (c *Chain) parse(b []byte) bool {
	if len(b) != 2*len(c) {
		return false
	}
	var bad byte
	for i := range c {
		high, low := nibbles[b[2*i]], nibbles[b[2*i+1]]
		bad |= high | low
		c[i] = high<<4 | low&15
	}
	return bad < 16
}

// nibbles are the values of the lower-case hexadecimal digits, 255 of all else.
var nibbles = func() (n [256]byte) {
	for i := range n {
		n[i] = 255
	}
	for i := range len(hexDigits) {
		n[hexDigits[i]] = byte(i)
	}
	return n
}()
