package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"hotspot/internal/platform/durable"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// The playbook as commands: the separate programs are broken in every way
// while rows flow, and end with the bytes of a run that was left alone.
func TestChaosIsMendedAndVerified(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("how a process was started is known on Linux only")
	}
	const rows, batches = 6100, 6
	input := testkit.Generated(t, rows)
	settings := []string{"--batch-size", "1000", "--restarts", "2"}
	want := reference(t, input, batches, settings...)

	dir := t.TempDir()
	t.Setenv("TMPDIR", dir) // of the producer's lock and of the logs
	kafka := stream.Config{Brokers: []string{testkit.FreeAddress(t)}, Topic: "chaos"}
	data, out := filepath.Join(dir, "broker"), filepath.Join(dir, "out")
	t.Cleanup(func() { // the programs that chaos has started
		folders, _ := filepath.Glob(filepath.Join(dir, "hotspot-producer-*"))
		for _, folder := range append(folders, out, data) {
			if pid, held, _ := durable.Holder(folder); held {
				if p, err := os.FindProcess(pid); err == nil {
					p.Kill()
				}
				testkit.Eventually(t, "the holder of "+folder+" is gone", func() bool { // it writes until then
					_, held, _ := durable.Holder(folder)
					return !held
				})
			}
		}
	})
	start(t, dir, "hotspot", "broker", "--broker-listen", kafka.Brokers[0], "--broker-data", "broker")
	start(t, dir, "consumer", on(kafka, append(settings, "--dir", "out")...)...)
	start(t, dir, "producer", on(kafka, "--input", input, "--sleep-min", "1ms", "--sleep-max", "2ms", "--sleep-seed", "1")...)
	testkit.Eventually(t, "batch 1", func() bool {
		_, err := os.Stat(filepath.Join(out, "batch-000001.json"))
		return err == nil
	})
	chaos := func(action string, times int) string {
		t.Helper()
		return run(t, dir, "hotspot", append([]string{"chaos", action, "--times", fmt.Sprint(times), "--pause", "200ms", "--dir", "out", "--broker-data", "broker", "--input", input}, on(kafka)...)...)
	}
	for _, tt := range []struct {
		action string
		times  int
		says   string
	}{
		{"kill-producer", 2, "producer: process "},
		{"kill-consumer", 3, "consumer: process "},
		{"duplicate", 2, "100 messages were sent again"},
		{"bad-rows", 2, "5 messages that are no rows were sent"},
		{"drop-broker", 1, "broker: process "},
	} {
		said := chaos(tt.action, tt.times)
		if strings.Count(said, tt.says) != tt.times || !strings.Contains(said, "\nok ") {
			t.Errorf("chaos %s:\n%s", tt.action, said)
		}
	}
	testkit.Eventually(t, "the last model", func() bool {
		_, err := os.Stat(filepath.Join(out, fmt.Sprintf("model-%06d.json", batches)))
		return err == nil
	})
	testkit.SameFolder(t, want, out)
	if said := run(t, dir, "hotspot", "deadletters", "--dir", "out", "--counts"); !strings.Contains(said, "dead letters    10") {
		t.Errorf("deadletters:\n%s", said)
	}
	p := start(t, dir, "hotspot", "chaos", "kill-consumer", "--dir", "elsewhere")
	if code := p.wait(); code != 1 || !strings.Contains(p.err.String(), "consumer --dir elsewhere") {
		t.Errorf("chaos without a consumer: exit %d\n%s", code, p.err.String())
	}
	p = start(t, dir, "hotspot", "chaos", "bad-rows", "--brokers", "kafka.example.org:9092")
	if code := p.wait(); code != 2 || !strings.Contains(p.err.String(), "--yes") {
		t.Errorf("chaos on somebody else's broker: exit %d\n%s", code, p.err.String())
	}
}
