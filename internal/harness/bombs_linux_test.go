package harness_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotspot/internal/source"
	"hotspot/internal/testkit"
)

// mostMemory is what hostile input may cost a process at most (G12).
const mostMemory = 64 << 20

// zeros is a text without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

// G12: what is sent to the api, or laid into its folder, to fill its memory.
func TestMemoryBombsOfTheAPI(t *testing.T) {
	t.Parallel()
	const rows, size = 600, 300
	w := undisturbed(t, rows, size)
	dir := made(t, w.input, rows, size, 3)
	p, url := serve(t, dir, "/models/2")
	address := strings.TrimPrefix(url, "http://")
	predict := func(body io.Reader, length int64, header ...string) func(t *testing.T) {
		return func(t *testing.T) {
			r, err := http.NewRequest(http.MethodPost, url+"/models/1/predict", body)
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = length
			r.Header.Set("Content-Type", "application/json")
			for i := 0; i+1 < len(header); i += 2 {
				r.Header.Set(header[i], header[i+1])
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				return // the server has hung up on it
			}
			defer resp.Body.Close()
			if resp.StatusCode < 400 || resp.StatusCode >= 500 {
				t.Errorf("answered %s", resp.Status)
			}
		}
	}
	var inflates bytes.Buffer
	z := gzip.NewWriter(&inflates)
	io.CopyN(z, zeros{}, 100<<20)
	z.Close()
	lay := func(name string, size int64) func(t *testing.T) {
		return func(t *testing.T) {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, size); err != nil {
				t.Fatal(err)
			}
			testkit.Eventually(t, name+" is refused", func() bool {
				_, body := ready(address)
				return strings.Contains(body, name)
			})
			os.Remove(path)
		}
	}
	tests := []struct {
		name  string
		throw func(t *testing.T)
	}{
		{"a body of 200 MiB, declared", predict(io.LimitReader(zeros{}, 200<<20), 200<<20)},
		{"a body of 200 MiB, in chunks", predict(io.LimitReader(zeros{}, 200<<20), -1)},
		{"a body that inflates to 100 MiB", predict(bytes.NewReader(inflates.Bytes()), int64(inflates.Len()), "Content-Encoding", "gzip")},
		{"60,000 lists in one another", predict(strings.NewReader(strings.Repeat("[", 60_000)), 60_000)},
		{"60,000 objects in one another", predict(strings.NewReader(strings.Repeat(`{"a":`, 12_000)), 60_000)},
		{"a header of 64 MiB", func(t *testing.T) {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
			io.CopyN(c, zeros{}, 64<<20) // ends with an error when the server hangs up
		}},
		{"200 headers of 8 KiB that never end", func(t *testing.T) {
			for range 200 {
				c, err := net.Dial("tcp", address)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\nX: "+strings.Repeat("0", 8000))
			}
		}},
		{"a model of 1 GiB", lay("model-000003.json", 1<<30)},
		{"a manifest of 1 GiB", lay("batch-000003.json", 1<<30)},
	}
	worst := int64(0)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := resident(t, p, true)
			tt.throw(t)
			time.Sleep(50 * time.Millisecond)
			more := resident(t, p, false) - before
			worst = max(worst, more)
			if more > mostMemory {
				t.Errorf("%d MiB more", more>>20)
			}
			if how, yes := p.ended(); yes {
				t.Fatalf("the api ended: %s\n%s", how, p.err.String())
			}
		})
	}
	t.Logf("%d bombs: at most %.1f MiB more in the api", len(tests), float64(worst)/(1<<20))
}

// resident is the most memory that a child has had; anew begins to measure
// afresh and is what it has now.
func resident(t testing.TB, p *process, anew bool) int64 {
	t.Helper()
	proc := fmt.Sprintf("/proc/%d/", p.cmd.Process.Pid)
	if anew {
		if err := os.WriteFile(proc+"clear_refs", []byte("5"), 0); err != nil {
			t.Skipf("the peak of a process cannot be measured afresh here: %v", err)
		}
	}
	data, err := os.ReadFile(proc + "status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	t.Fatal("no VmHWM")
	return 0
}

// G12: a field of 200 MiB in the CSV, and a model of 1 GiB in the folder, cost
// producer and consumer no memory.
func TestMemoryBombsOfTheOtherRoles(t *testing.T) {
	t.Parallel()
	const rows, size = 600, 300
	w := undisturbed(t, rows, size)
	b := badBroker(t, newRNG(1))
	c := child{Broker: b.Addr(), Topic: "calm", Input: w.input, Dir: filepath.Join(t.TempDir(), "out"), BatchSize: size, Batches: 1}
	peak := func(c child, ok bool) int64 {
		p := start(t, c)
		if s := p.wait(); s.Success() != ok {
			t.Fatalf("%s: %s\n%s", c.Role, s, p.err.String())
		}
		return p.cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	}
	c.Role = "producer"
	calmProducer := peak(c, true)
	bomb := c
	bomb.Topic, bomb.Input = "bomb", filepath.Join(t.TempDir(), "bomb.csv")
	data, err := os.ReadFile(w.input)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := bytes.Cut(data, []byte("\n"))
	f, err := os.Create(bomb.Input)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(append(head, "\n1,"...))
	io.CopyN(f, zeros{}, 200<<20)
	f.Write(append([]byte("\n"), rest...))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	side, err := os.ReadFile(source.MetaPath(w.input))
	if err == nil {
		err = os.WriteFile(source.MetaPath(bomb.Input), side, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	producer := peak(bomb, true) - calmProducer

	c.Role = "consumer"
	calmConsumer := peak(c, true)
	name := filepath.Join(c.Dir, "model-000002.json")
	if err := os.WriteFile(name, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, 1<<30); err != nil {
		t.Fatal(err)
	}
	c.Batches = 2
	consumer := peak(c, false) - calmConsumer
	t.Logf("a field of 200 MiB: %.1f MiB more in the producer; a model of 1 GiB: %.1f MiB more in the consumer", float64(producer)/(1<<20), float64(consumer)/(1<<20))
	for role, more := range map[string]int64{"producer": producer, "consumer": consumer} {
		if more > mostMemory {
			t.Errorf("%s: %d MiB more", role, more>>20)
		}
	}
}
