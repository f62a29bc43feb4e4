package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotspot/internal/platform/broker"
	"hotspot/internal/testkit"
)

// reference runs producer and consumer once, undisturbed, and returns the
// folder.
func reference(t *testing.T, input string, batches int, settings ...string) string {
	t.Helper()
	dir := t.TempDir()
	kafka := testkit.Kafka(t)
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	run(t, dir, "consumer", on(kafka, append(settings, "--dir", "reference", "--batches", fmt.Sprint(batches))...)...)
	return filepath.Join(dir, "reference")
}

// K16: the consumer that comes first waits for the topic.
func TestThreeProgramsInAnyOrderGiveTheBytesOfUp(t *testing.T) {
	input := testkit.Generated(t, 15000)
	work := t.TempDir()
	run(t, work, "hotspot", "up", "--once", "3", "--sleep-max", "0", "--input", input,
		"--broker-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--dir", "up")
	want := filepath.Join(work, "up")
	for _, order := range [][]string{
		{"producer", "consumer", "api"},
		{"api", "consumer", "producer"},
		{"consumer", "producer", "api"},
	} {
		t.Run(strings.Join(order, " "), func(t *testing.T) {
			kafka := testkit.Kafka(t)
			dir := t.TempDir()
			port := testkit.FreeAddress(t)
			started := map[string]*process{}
			for _, role := range order {
				switch role { // each meets what is not there yet before the next one comes
				case "producer":
					started[role] = start(t, dir, role, on(kafka, "--input", input, "--sleep-max", "0")...)
					started[role].says(`"msg":"source opened"`)
				case "consumer":
					started[role] = start(t, dir, role, on(kafka, "--dir", "out")...)
					testkit.Eventually(t, "the consumer holds its folder", func() bool { return started[role].holds(filepath.Join(dir, "out")) })
				case "api":
					started[role] = start(t, dir, role, "--dir", "out", "--listen", port, "--web", "")
					started[role].says(`"msg":"folder `) // loaded, or not there yet
				}
			}
			if code := started["producer"].wait(); code != 0 {
				t.Fatalf("producer: exit %d\n%s", code, started["producer"].err.String())
			}
			for n, id := range map[int]string{1: "2018174723", 2: "20166003240", 3: "20176001385"} {
				var body struct {
					Cluster  *int `json:"cluster"`
					Training bool `json:"in_training"`
				}
				testkit.Eventually(t, fmt.Sprintf("model %d answers", n), func() bool {
					return get(fmt.Sprintf("http://%s/model%d/%s/cluster", port, n, id), &body)
				})
				if body.Cluster == nil || !body.Training {
					t.Errorf("model %d, crime %s: %+v, want a cluster that it was trained on", n, id, body)
				}
			}
			for _, role := range []string{"consumer", "api"} {
				started[role].cmd.Process.Signal(syscall.SIGTERM)
				if code := started[role].wait(); code != 0 {
					t.Errorf("%s after SIGTERM: exit %d\n%s", role, code, started[role].err.String())
				}
			}
			testkit.SameFolder(t, want, filepath.Join(dir, "out"))
		})
	}
}

func TestAConsumerKilledAtAnyMomentLeavesTheSameBytes(t *testing.T) {
	const rows, size, batches, kills = 75000, 500, 150, 60
	input := testkit.Generated(t, rows)
	settings := []string{"--batch-size", fmt.Sprint(size), "--restarts", "2"}
	want := reference(t, input, batches, settings...)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	inTheMiddle := 0
	for n := 0; n < kills || inTheMiddle < 5 && n < 4*kills; n++ {
		c := start(t, dir, "consumer", on(kafka, append(settings, "--dir", "out")...)...)
		testkit.Eventually(t, "the consumer holds its folder", func() bool { return c.holds(out) })
		time.Sleep(time.Duration(rnd.IntN(100)) * time.Millisecond)
		c.kill()
		names := testkit.Whole(t, out)
		for _, name := range names {
			testkit.SameFile(t, want, out, name)
		}
		if t.Failed() {
			return
		}
		if len(names) > 0 && len(names) < 3*batches {
			inTheMiddle++
		}
		if len(names) == 3*batches && inTheMiddle < 5 { // too late, on a busy machine
			if err := os.RemoveAll(out); err != nil {
				t.Fatal(err)
			}
		}
	}
	if inTheMiddle < 5 {
		t.Errorf("only %d of %d kills came in the middle of the work: too few to show anything", inTheMiddle, 4*kills)
	}
	run(t, dir, "consumer", on(kafka, append(settings, "--dir", "out", "--batches", fmt.Sprint(batches))...)...)
	testkit.SameFolder(t, want, out)
	left, err := filepath.Glob(filepath.Join(out, ".tmp-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v %v", left, err)
	}
}

func TestAProducerKilledAtAnyMomentLeavesNoHole(t *testing.T) {
	const rows, batches, kills = 30000, 6, 20
	input := testkit.Generated(t, rows)
	want := reference(t, input, batches)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range kills {
		p := start(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
		time.Sleep(time.Duration(10+rnd.IntN(90)) * time.Millisecond)
		p.kill()
	}
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0")...)
	run(t, dir, "consumer", on(kafka, "--dir", "out", "--batches", fmt.Sprint(batches))...)
	testkit.SameFolder(t, want, filepath.Join(dir, "out"))
}

func TestWeekTwoContinuesTheTopicAndAChangedFileIsRefused(t *testing.T) {
	whole := testkit.Generated(t, 18000)
	want := reference(t, whole, 3)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	meta, err := os.ReadFile(whole + ".meta.json")
	if err != nil {
		t.Fatal(err)
	}
	write := func(content []byte) {
		t.Helper()
		for name, content := range map[string][]byte{"crime.csv": content, "crime.csv.meta.json": meta} {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	send := on(kafka, "--input", "crime.csv", "--sleep-max", "0")
	write(bytes.Join(lines[:12001], nil)) // the header and 12,000 rows
	run(t, dir, "producer", send...)
	run(t, dir, "consumer", on(kafka, "--dir", "out", "--batches", "2")...)
	write(data) // grown by 6,000 rows
	run(t, dir, "producer", send...)
	run(t, dir, "consumer", on(kafka, "--dir", "out", "--batches", "3")...)
	testkit.SameFolder(t, want, filepath.Join(dir, "out"))

	changed := bytes.Join(append(append(append([][]byte{}, lines[:7]...), bytes.Replace(lines[7], []byte(",1,\n"), []byte(",2,\n"), 1)), lines[8:]...), nil)
	if bytes.Equal(changed, data) {
		t.Fatal("row 7 was not changed")
	}
	write(changed)
	p := start(t, dir, "producer", send...)
	if code := p.wait(); code != 2 || !strings.Contains(p.err.String(), "source changed") || !strings.Contains(p.err.String(), "--fresh") {
		t.Errorf("producer on a file changed in row 7: exit %d, want 2, the cause and the ways on\n%s", code, p.err.String())
	}
}

func TestPartitionsAreOnlyTransport(t *testing.T) {
	input := testkit.Generated(t, 15000)
	want := reference(t, input, 3)
	for _, partitions := range []string{"3", "12"} {
		t.Run("K15 "+partitions+" partitions", func(t *testing.T) {
			kafka := testkit.Kafka(t)
			dir := t.TempDir()
			run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "0", "--partitions", partitions)...)
			for n := 1; n <= 3; n++ { // each start goes on from the manifests
				run(t, dir, "consumer", on(kafka, "--dir", "out", "--batches", fmt.Sprint(n))...)
			}
			testkit.SameFolder(t, want, filepath.Join(dir, "out"))
		})
	}
}

func TestTheCityGivesTheSameBytesTwiceAndOnOneProcessor(t *testing.T) {
	raw := testkit.City(t)
	dir := t.TempDir()
	t.Logf("%s", run(t, dir, "hotspot", "prepare", raw, "-o", "city.csv"))
	first := reference(t, filepath.Join(dir, "city.csv"), 78)
	if n := len(testkit.Whole(t, first)); n != 3*78 {
		t.Errorf("%d files, want 78 batches, manifests and models", n)
	}
	for n := 1; n <= 78; n++ {
		data, err := os.ReadFile(filepath.Join(first, fmt.Sprintf("batch-%06d.csv", n)))
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(data, []byte("\n")); lines < 5001 {
			t.Errorf("batch %d has %d lines, want the header and 5,000 rows", n, lines)
		}
	}
	t.Setenv("GOMAXPROCS", "1")
	testkit.SameFolder(t, first, reference(t, filepath.Join(dir, "city.csv"), 78))
}

func TestUpGoesOnWhereItStoppedAndNamesWhatIsMissing(t *testing.T) {
	input := testkit.Generated(t, 15000)
	dir := t.TempDir()
	up := func(args ...string) *process {
		return start(t, dir, "hotspot", append([]string{
			"up", "--input", input, "--sleep-max", "0",
			"--broker-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0",
		}, args...)...)
	}
	for _, once := range []string{"1", "3", "3"} {
		p := up("--once", once)
		if code := p.wait(); code != 0 || !strings.Contains(p.out.String(), once+" models served") {
			t.Fatalf("up --once %s: exit %d\n%s%s", once, code, p.out.String(), p.err.String())
		}
	}
	p := up("--once", "4")
	if code := p.wait(); code != 1 || !strings.Contains(p.err.String(), "3 whole batches") {
		t.Errorf("up --once 4 of 15,000 rows: exit %d, want 1 and the reason\n%s%s", code, p.out.String(), p.err.String())
	}
	p = up("--once", "4", "--batch-size", "1000")
	if code := p.wait(); code != 2 || !strings.Contains(p.err.String(), "--batch-size 5000, not with --batch-size 1000") {
		t.Errorf("up with another batch size: exit %d, want 2 and both values\n%s", code, p.err.String())
	}
	p = up("--once", "4", "--batch-size", "1000", "--fresh")
	if code := p.wait(); code != 0 {
		t.Errorf("up --fresh with another batch size: exit %d\n%s", code, p.err.String())
	}
}

func TestATakenPortIsNamedWithTheWayToAFreeOne(t *testing.T) {
	input := testkit.Generated(t, 100)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for _, flag := range []string{"--broker-listen", "--listen", "--web"} {
		t.Run(flag, func(t *testing.T) {
			args := []string{"up", "--input", input}
			for _, f := range []string{"--broker-listen", "--listen", "--web"} {
				address := "127.0.0.1:0"
				if f == flag {
					address = taken.Addr().String()
				}
				args = append(args, f, address)
			}
			p := start(t, t.TempDir(), "hotspot", args...)
			code := p.wait()
			said := p.err.String()
			if code != 1 || !strings.Contains(said, port) || !strings.Contains(said, flag) || strings.Count(said, "127.0.0.1:") < 2 {
				t.Errorf("exit %d, want 1, the taken port %s, the flag and a free port\n%s", code, port, said)
			}
		})
	}
}

func TestABrokerThatIsAwayIsWaitedFor(t *testing.T) {
	address := testkit.FreeAddress(t)
	dir := t.TempDir()
	input := testkit.Generated(t, 5000)
	p := start(t, dir, "producer", "--brokers", address, "--input", input, "--sleep-max", "0")
	c := start(t, dir, "consumer", "--brokers", address, "--dir", "out", "--batches", "1")
	p.says("broker unreachable")
	c.says("broker unreachable")
	b, err := broker.Start(broker.Config{Listen: address, Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if code := p.wait(); code != 0 {
		t.Errorf("producer: exit %d\n%s", code, p.err.String())
	}
	if code := c.wait(); code != 0 {
		t.Errorf("consumer: exit %d\n%s", code, c.err.String())
	}
}

func get(url string, into any) bool {
	status, body := testkit.Get(url)
	return status == http.StatusOK && json.Unmarshal([]byte(body), into) == nil
}
