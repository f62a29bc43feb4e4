package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"hotspot/internal/analysis/past"
	"hotspot/internal/batch"
	"hotspot/internal/input/generate"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
)

// stop is for every command with numbers what ends it, with a message of its own,
// once the numbers have been looked at.
var stop = map[string][]string{
	"up":          {"--topic", "no/slash"},
	"chaos":       {"duplicate", "--topic", "no/slash"},
	"producer":    {"--topic", "no/slash"},
	"consumer":    {"--topic", "no/slash"},
	"api":         {"--listen", "nowhere"},
	"generate":    {"--output", "file/city.csv"},
	"doctor":      {"--topic", "no/slash"},
	"train":       {"nowhere.csv"},
	"sweep":       {"nowhere.csv"},
	"compare":     {"1", "--dir", "nowhere"},
	"score":       {"--input", "nowhere.csv", "--features", "moon"},
	"explain":     {"1", "--dir", "nowhere"},
	"spots":       {"--dir", "nowhere"},
	"healthcheck": {"nowhere"},
}

// Every flag that is a number takes both ends of its bounds, and refuses with exit
// 2 and its name what lies beyond, up to the ends of 64 bits.
func TestEveryNumberHasBothBounds(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, command := range kong.Must(&commands{}).Model.Children {
		for _, flag := range command.Flags {
			kind := flag.Target.Type()
			if kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			zero := reflect.Zero(kind)
			if !zero.CanInt() && !zero.CanUint() {
				continue
			}
			_, duration := zero.Interface().(time.Duration)
			bound, ok := usage.Bounds[flag.Name]
			if !ok || stop[command.Name] == nil {
				t.Errorf("%s --%s has no bounds in package usage, or %s is not in this test", command.Name, flag.Name, command.Name)
				continue
			}
			seen[flag.Name] = true
			want := fmt.Sprintf("want %d to %d", bound.Least, bound.Most)
			if duration {
				want = fmt.Sprintf("want %s to %s", usage.Duration(time.Duration(bound.Least)), usage.Duration(time.Duration(bound.Most)))
			}
			draws := []int64{bound.Least - 1, bound.Least, bound.Most, math.MaxInt64, math.MinInt64}
			if bound.Most < math.MaxInt64 {
				draws = append(draws, bound.Most+1)
			}
			for _, v := range draws {
				value := strconv.FormatInt(v, 10)
				if duration {
					value += "ns"
				}
				args := append([]string{command.Name, "--" + flag.Name, value}, stop[command.Name]...)
				code, said := say(t, args...)
				refused := strings.Contains(said, "--"+flag.Name+" ") && strings.Contains(said, want) ||
					strings.Contains(said, "--"+flag.Name+": ") // it cannot even be read
				if within := bound.Least <= v && v <= bound.Most; within == refused || refused && code != 2 {
					t.Errorf("%s: exit %d, %q; within its bounds: %t", strings.Join(args, " "), code, said, within)
				}
			}
		}
	}
	for name := range usage.Bounds {
		if !seen[name] {
			t.Errorf("the bounds of --%s belong to no flag", name)
		}
	}
}

// say runs hotspot in this process and returns its exit code and what it said on
// standard error.
func say(t *testing.T, args ...string) (int, string) {
	t.Helper()
	file, err := os.CreateTemp("", "stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	old := os.Stderr
	os.Stderr = file
	code := cli.Run("hotspot", "", args, &commands{})
	os.Stderr = old
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return code, string(said)
}

// The bounds are those of the packages that know why.
func TestBoundsAreThoseOfTheirPackages(t *testing.T) {
	for name, most := range map[string]int64{
		"batch-size": batch.MaxSize, "batches": batch.MaxNumber, "from-batch": batch.MaxNumber, "once": batch.MaxNumber,
		"from-row": batch.MaxSize * batch.MaxNumber, "limit": batch.MaxSize * batch.MaxNumber,
		"k": model.MaxClusters, "from": model.MaxClusters, "to": model.MaxClusters, "rows": generate.MaxRows,
		"past": past.Most,
	} {
		if got := usage.Bounds[name].Most; got != most {
			t.Errorf("--%s: %d at most, want %d", name, got, most)
		}
	}
}
