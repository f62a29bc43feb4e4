package producer_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/producer"
	"hotspot/internal/testkit"
)

// dirty is a file of n rows of which every k-th has a latitude that is none.
func dirty(n, k int) []byte {
	b := crime.AppendHeader(nil)
	for i := 1; i <= n; i++ {
		r := crime.Record{Text: row(i, "")}
		if i%k == 0 {
			r.Text[crime.ColGeoLat] = "abc"
		}
		b = r.AppendCSV(b)
	}
	return b
}

func TestRejectsAreToldOnceAndWhole(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", dirty(25, 10))
	rejects := c.Input + ".rejects.csv"
	read := func() string {
		t.Helper()
		b, err := os.ReadFile(rejects)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	s := run(t, c)
	if s.Rows != 23 || s.RejectedRows() != 2 || len(s.Rejected) != 1 || s.Rejected[crime.NotANumber] != 2 {
		t.Errorf("summary = %+v, want 23 rows and 2 rejected", s)
	}
	first := read()
	lines := strings.Split(strings.TrimSpace(first), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "11,") || !strings.HasPrefix(lines[2], "21,") {
		t.Fatalf("rejects = %q", lines)
	}
	f := strings.Split(lines[1], ",")
	raw, err := base64.StdEncoding.DecodeString(f[4])
	if f[2] != "not_a_number" || f[3] != "GEO_LAT" || err != nil || !bytes.Contains(dirty(25, 10), raw) || !bytes.Contains(raw, []byte("abc")) {
		t.Errorf("first reject = %q (%q)", f, raw)
	}
	// Every pass tells all of them again, also one that sends nothing.
	if s = run(t, c); s.Sent != 0 || s.RejectedRows() != 2 || read() != first {
		t.Errorf("second pass: %+v, %q", s, read())
	}
	// A pass without rejects leaves no file.
	c.Kafka = kafka(t)
	write(t, c.Input, csv(1, 5))
	run(t, c)
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(c.Input), "*")); len(names) != 1 {
		t.Errorf("left beside the input: %v", names)
	}
}

func TestTooManyRejectsEndTheRun(t *testing.T) {
	for _, tt := range []struct {
		name    string
		n, k    int
		options producer.Options
		want    []string // none = it is fine
	}{
		{"5 % of 2,000", 2000, 20, producer.Options{}, nil},
		{"10 % of 2,000", 2000, 10, producer.Options{}, []string{"--max-rejects 5%", "first 1000 lines", "GEO_LAT: not a number"}},
		{"10 % of 2,000 are allowed", 2000, 10, producer.Options{MaxRejects: 10}, nil},
		{"50 % of 900, too few to judge", 900, 2, producer.Options{}, nil},
		{"--strict", 20, 20, producer.Options{Strict: true}, []string{"crime.csv:21: GEO_LAT: not a number", "--strict"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := producer.Config{AreaFlags: denver, Kafka: kafka(t), Options: tt.options}
			c.Input = write(t, "", dirty(tt.n, tt.k))
			var s producer.Summary
			if tt.want == nil {
				s = run(t, c)
			} else {
				s = refuse(t, c, tt.want...)
			}
			if _, err := os.Stat(c.Input + ".rejects.csv"); err != nil || s.RejectedRows() == 0 {
				t.Errorf("rejects: %v, summary %+v", err, s)
			}
			if s.Acknowledged != s.Rows {
				t.Errorf("%d of %d good rows were sent", s.Acknowledged, s.Rows)
			}
		})
	}
}

func TestRejectsGoWhereTheyAreToldTo(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input, c.Rejects = write(t, "", dirty(20, 10)), filepath.Join(t.TempDir(), "r.csv")
	run(t, c)
	if _, err := os.Stat(c.Rejects); err != nil {
		t.Error(err)
	}
	c.Kafka, c.Rejects = kafka(t), filepath.Join(t.TempDir(), "new", "r.csv")
	run(t, c)
	if _, err := os.Stat(c.Rejects); err != nil {
		t.Error(err)
	}
	c.Rejects = filepath.Join(c.Input, "r.csv") // in a file
	refuse(t, c, "--rejects")
}

func TestConfigNamesAllThatIsWrong(t *testing.T) {
	c := producer.Config{Options: producer.Options{
		SleepMin: 2, SleepMax: 1, Retention: 1, Title: "a\nb", Fresh: true,
	}}
	c.Input = write(t, "", csv(1, 3))
	c.Rejects = filepath.Join(t.TempDir(), "link.csv")
	if err := os.Symlink(c.Input, c.Rejects); err != nil {
		t.Fatal(err)
	}
	c.Kafka.Topic = "no/slash"
	err := c.Validate()
	if err == nil || !usage.Is(err) {
		t.Fatalf("Validate = %v, want a usage error", err)
	}
	for _, flag := range []string{"--sleep-min", "--retention", "--title", "--fresh", "--rejects", "--topic"} {
		if !strings.Contains(err.Error(), flag) {
			t.Errorf("Validate = %v, want %s in it", err, flag)
		}
	}
	if err := (producer.Config{}).Validate(); err != nil {
		t.Errorf("Validate of the zero value = %v", err)
	}
}

// As root --rejects /dev/null removed the device.
func TestRejectsLeaveADeviceOrAPipeAlone(t *testing.T) {
	dir := t.TempDir()
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", append(csv(1, 3), []byte("no,row\n")...))
	c.MaxRejects = 100
	c.Rejects = os.DevNull
	run(t, c)
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s: %v, %v", os.DevNull, info, err)
	}
	for _, input := range [][]byte{csv(1, 3), append(csv(1, 3), []byte("no,row\n")...)} {
		c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
		c.Input, c.MaxRejects = write(t, "", input), 100
		c.Rejects = dir // no file either, on any system
		refuse(t, c, "--rejects", "and no file")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}

// Fewer rows than --max-rejects looks at, and not one can be sent: nothing was
// done, so it is no success.
func TestAFileOfWhichEveryRowIsRejectedIsAnError(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", dirty(25, 1))
	s, err := producer.Run(t.Context(), testkit.Log(t), c)
	if !usage.Is(err) || s.RejectedRows() != 25 {
		t.Fatalf("%v, %+v, want a usage error", err, s)
	}
	for _, want := range []string{":2: GEO_LAT: not a number", "want degrees from -90 to 90"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
}
