package consumer_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"hotspot/internal/consumer"
	"hotspot/internal/model"
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
