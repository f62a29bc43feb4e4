package consumer_test

import (
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/platform/durable"
)

// deadLetters are the messages that were set aside in a folder.
func deadLetters(t testing.TB, dir string) []consumer.DeadLetter {
	t.Helper()
	var letters []consumer.DeadLetter
	if err := consumer.DeadLetters(dir, func(l consumer.DeadLetter, _ []byte) error { letters = append(letters, l); return nil }); err != nil {
		t.Fatal(err)
	}
	return letters
}

func manifest(t testing.TB, dir string, n int) *batch.Manifest {
	t.Helper()
	d, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := batch.OpenFolder(d).Manifest(n)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
