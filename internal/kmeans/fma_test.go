package kmeans_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// A fused multiply-add rounds once where two instructions round twice, and the
// last bit of a sum is another. The compiler fuses x*y + z on arm64 and with
// GOAMD64=v3, also across statements, but never float64(x*y) + z.
func TestNothingIsFused(t *testing.T) {
	for _, tt := range []struct {
		name, product string
		fused         *regexp.Regexp
		env           []string
	}{
		{"arm64", "FMULD", regexp.MustCompile(`(?m)\((\S+\.go:\d+)\)\s+(FN?M(?:ADD|SUB)[DS]?)\b`), []string{"GOARCH=arm64"}},
		{"amd64 v3", "MULSD", regexp.MustCompile(`(?m)\((\S+\.go:\d+)\)\s+(VFN?M(?:ADD|SUB)\w*)\b`), []string{"GOARCH=amd64", "GOAMD64=v3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			build := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-S", ".", "./simd")
			build.Env = append(append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0"), tt.env...)
			listing, err := build.CombinedOutput()
			if err != nil {
				t.Fatalf("go build: %v\n%.2000s", err, listing)
			}
			if !strings.Contains(string(listing), tt.product) {
				t.Fatal("the listing holds no floating-point product at all")
			}
			for _, m := range tt.fused.FindAllStringSubmatch(string(listing), -1) {
				t.Errorf("%s: %s: write float64(x*y) + z", m[1], m[2])
			}
		})
	}
}
