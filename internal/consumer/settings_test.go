package consumer_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/consumer"
	"hotspot/internal/model"
	"hotspot/internal/platform/usage"
	"hotspot/internal/testkit"
)

// TestWhateverTheSettingsAMissingModelComesBackTheSame: whichever of three
// models are gone, and with k from the data. The first one decides on k for all.
func TestWhateverTheSettingsAMissingModelComesBackTheSame(t *testing.T) {
	good := rows(t, 3*size, 1, "Test")
	for name, change := range map[string]func(*consumer.Config){
		"k auto":   func(c *consumer.Config) { c.K = model.Auto },
		"geo+time": func(c *consumer.Config) { c.K, c.Features = model.Auto, "geo+time" },
		"incident": func(c *consumer.Config) { c.Weight = "incident" },
		"frame":    func(c *consumer.Config) { c.AreaFlags.Bounds = "-105,39.6,-104.9,39.9" },
	} {
		t.Run(name, func(t *testing.T) {
			top, c := topic(t, 1)
			change(&c)
			send(t, top, good...)
			if err := consume(t, c, 3); err != nil {
				t.Fatal(err)
			}
			want := map[string][]byte{}
			for n := 1; n <= 3; n++ {
				file := filepath.Join(c.Dir, model.Name(n))
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				want[file] = data
				m, err := model.Decode(data)
				if err != nil || m.Settings.K != len(m.Clusters) || (m.Settings.KFrom == model.FromData) != (c.K == model.Auto) {
					t.Errorf("model %d: %+v with %d clusters, %v", n, m.Settings, len(m.Clusters), err)
				}
			}
			for gone := 1; gone < 8; gone++ { // every set of the three
				for n := 1; n <= 3; n++ {
					if gone>>(n-1)&1 == 1 {
						if err := os.Remove(filepath.Join(c.Dir, model.Name(n))); err != nil {
							t.Fatal(err)
						}
					}
				}
				if err := consume(t, c, 3); err != nil {
					t.Fatal(err)
				}
				for file, data := range want {
					if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, data) {
						t.Errorf("set %b gone: %s has other bytes, %v", gone, filepath.Base(file), err)
					}
				}
			}
		})
	}
}

func TestAZeroConfigMeansWhatTheFlagsSay(t *testing.T) {
	testkit.Defaults(t, consumer.Config{}.WithDefaults().Options)
}

func TestSettingsBelongToTheFolder(t *testing.T) {
	good := rows(t, size, 1, "Test")
	top, c := topic(t, 1)
	send(t, top, good...)
	if err := consume(t, c, 1); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*consumer.Config)
		says   []string
	}{
		{"batch size", func(c *consumer.Config) { c.BatchSize = 300 }, []string{"200", "300", "--dir", "--fresh"}},
		{"k", func(c *consumer.Config) { c.K = 7 }, []string{"5", "7", "--dir", "--fresh"}},
		{"engine", func(c *consumer.Config) { c.Engine = "muesli" }, []string{"native", "muesli", "--dir"}},
		{"seed", func(c *consumer.Config) { c.Seed = 9 }, []string{"1", "9", "--dir"}},
		{"k auto", func(c *consumer.Config) { c.K = model.Auto }, []string{"k 5, not auto", "--dir"}},
		{"features", func(c *consumer.Config) { c.Features = "geo+time" }, []string{"features geo, not geo+time", "--dir"}},
		{"weight", func(c *consumer.Config) { c.Weight = "incident" }, []string{"weight offense, not incident", "--dir"}},
		{"origin", func(c *consumer.Config) { c.AreaFlags.Origin = "-105,39.7" }, []string{"--origin -104.95,39.74 ", "--origin -105,39.7 ", "--dir"}},
		{"bounds", func(c *consumer.Config) { c.AreaFlags.Bounds = "-105.2,39.5,-104.5,39.9" }, []string{"-105.2,39.55,-104.5,39.95", "-105.2,39.5,-104.5,39.9", "--dir"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changed := c
			tt.change(&changed)
			err := consume(t, changed, 1)
			if !usage.Is(err) {
				t.Fatalf("Run = %v, want a usage error", err)
			}
			for _, s := range tt.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%q does not name %q", err, s)
				}
			}
		})
	}
}
