package kmeans_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A fused multiply-add rounds once where amd64 rounds twice, and the last bit
// of a sum is another. The compiler fuses x*y + z on arm64, also across
// statements, but never float64(x*y) + z.
func TestNothingIsFused(t *testing.T) {
	build := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-S", ".")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%.2000s", err, listing)
	}
	if !strings.Contains(string(listing), "FMULD") {
		t.Fatal("the listing holds no floating-point product at all")
	}
	for _, m := range regexp.MustCompile(`(?m)\((\S+\.go:\d+)\)\s+(FN?M(?:ADD|SUB)[DS]?)\b`).FindAllStringSubmatch(string(listing), -1) {
		t.Errorf("%s: %s: write float64(x*y) + z", m[1], m[2])
	}
}
