//go:build unix

package kmeans_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"hotspot/internal/kmeans"
	"hotspot/internal/kmeans/muesli"
)

// TestPeerSide is our side of scripts/bench-peers.sh: it fits what the folder
// HOTSPOT_PEERS holds and prints how long that took.
func TestPeerSide(t *testing.T) {
	dir := os.Getenv("HOTSPOT_PEERS")
	if dir == "" {
		t.Skip("HOTSPOT_PEERS is not set: the folder that scripts/bench-peers.sh makes")
	}
	var c struct {
		D, K, Restarts, Workers int
		Seed                    uint64
		Engine                  string
	}
	data, err := os.ReadFile(filepath.Join(dir, "case"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	x, start := floats(t, filepath.Join(dir, "x")), floats(t, filepath.Join(dir, "start"))
	config := kmeans.Config{K: c.K, Seed: c.Seed, Restarts: c.Restarts, Workers: c.Workers}
	var r *kmeans.Result
	cpu, began := cpuTime(t), time.Now()
	switch {
	case start != nil:
		r, err = kmeans.FitFrom(x, c.D, start, config)
	case c.Engine == "muesli":
		r, err = muesli.Fit(x, c.D, config)
	default:
		r, err = kmeans.Fit(x, c.D, config)
	}
	wall := time.Since(began)
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(map[string]any{"wall": wall.Seconds(), "cpu": (cpuTime(t) - cpu).Seconds(), "centroids": r.Centroids})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(string(out))
}

// floats reads little-endian float64s, none when there is no such file.
func floats(t *testing.T, path string) []float64 {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, len(data)/8)
	if err := binary.Read(bytes.NewReader(data), binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	return x
}

// cpuTime is what this process has used so far.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
