package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"hotspot/internal/model"
)

// defaultInput is the only input that up makes itself when it is absent.
const defaultInput = "dataset/crime_preprocessed.csv"

// named is the SHA-256 of a model's file as six words: two people whose models
// have the same name have the same model.
func named(m *model.Model) string {
	c := *m // Encode sets the checksum, and m is shared
	sum := sha256.Sum256(c.Encode())
	return model.Words(hex.EncodeToString(sum[:]))
}

// day is the date of an ISO 8601 time.
func day(t string) string { d, _, _ := strings.Cut(t, "T"); return d }
