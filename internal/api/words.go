package api

import "encoding/hex"

// words is the beginning of a SHA-256, given in hex, as six words to be said
// aloud: "lusab babad …". Each is a proquint, 16 bits as consonant, vowel,
// consonant, vowel, consonant (Wilkerson, A Proposal for Proquints, 2009), so
// no list of words is needed and 96 bits are told.
func words(sum string) string {
	const consonants, vowels, number = "bdfghjklmnprstvz", "aiou", 6
	data, err := hex.DecodeString(sum)
	if err != nil || len(data) < 2*number {
		return ""
	}
	text := make([]byte, 0, 6*number)
	for i := range number {
		if i > 0 {
			text = append(text, ' ')
		}
		v := uint(data[2*i])<<8 | uint(data[2*i+1])
		text = append(text, consonants[v>>12], vowels[v>>10&3], consonants[v>>6&15], vowels[v>>4&3], consonants[v&15])
	}
	return string(text)
}
