package consumer_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
)

// letter is a line of dead-letters.ndjson, as a reader sees it.
type letter struct {
	Topic     string
	Partition int
	Offset    int64
	Reason    string
	Value     []byte
}

func deadLetters(t testing.TB, dir string) []letter {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "dead-letters.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var letters []letter
	for line := range bytes.Lines(data) {
		var l letter
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("dead letter %q: %v", line, err)
		}
		letters = append(letters, l)
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
