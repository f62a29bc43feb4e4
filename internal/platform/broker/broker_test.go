package broker_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/goleak"

	"hotspot/internal/platform/broker"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/testkit"
)

// TestMain is also the child process that TestKillLosesNothing kills.
func TestMain(m *testing.M) {
	if data := os.Getenv("BROKER_TEST_CHILD"); data != "" {
		b, err := broker.Start(broker.Config{Listen: "127.0.0.1:0", Data: data})
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(b.Addr())
		io.Copy(io.Discard, os.Stdin) // until the parent ends
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func start(t *testing.T, c broker.Config) *broker.Broker {
	t.Helper()
	b, err := broker.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func client(t *testing.T, addr string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	c, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(addr), kgo.DefaultProduceTopic("t")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func createTopic(t *testing.T, c *kgo.Client) {
	t.Helper()
	req := kmsg.NewPtrCreateTopicsRequest()
	rt := kmsg.NewCreateTopicsRequestTopic()
	rt.Topic, rt.NumPartitions, rt.ReplicationFactor = "t", -1, -1
	req.Topics = append(req.Topics, rt)
	res, err := req.RequestWith(t.Context(), c)
	if err != nil || res.Topics[0].ErrorCode != 0 {
		t.Fatal(res, err)
	}
}

// values reads the values of the topic up to n of them.
func values(t *testing.T, addr string, n int) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	c := client(t, addr, kgo.ConsumeTopics("t"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	var all []string
	for len(all) < n {
		f := c.PollFetches(ctx)
		if err := f.Err0(); err != nil {
			t.Fatalf("%d of %d values: %v", len(all), n, err)
		}
		f.EachRecord(func(r *kgo.Record) { all = append(all, string(r.Value)) })
	}
	return all
}

func TestRowsAndTopicsOutliveARestart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "not", "yet", "there")
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Data: data})
	c := client(t, b.Addr())
	createTopic(t, c)
	for i := range 10 {
		if err := c.ProduceSync(t.Context(), kgo.StringRecord(strconv.Itoa(i))).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	addr := b.Addr()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = start(t, broker.Config{Listen: addr, Data: data})
	if got := values(t, b.Addr(), 10); strings.Join(got, "") != "0123456789" {
		t.Errorf("after the restart: %v", got)
	}
}

// kill -9 at any moment: what was acknowledged is there, in order, and at most
// what was on its way comes on top.
func TestKillLosesNothing(t *testing.T) {
	data := t.TempDir()
	var sent, acked []string
	for round := range 4 {
		kill, addr := child(t, data)
		ctx, cancel := context.WithCancel(t.Context())
		c := client(t, addr, kgo.DisableIdempotentWrite(), kgo.RequiredAcks(kgo.AllISRAcks()), kgo.MaxProduceRequestsInflightPerBroker(1), kgo.RecordRetries(0))
		if round == 0 {
			createTopic(t, c)
		}
		var n atomic.Int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ; i++ {
				v := fmt.Sprintf("%d-%d ", round, i)
				sent = append(sent, v)
				if c.ProduceSync(ctx, kgo.StringRecord(v)).FirstErr() != nil {
					return
				}
				acked = append(acked, v)
				n.Add(1)
			}
		}()
		testkit.Eventually(t, "enough rows are acknowledged", func() bool { return n.Load() >= int64(20+17*round) })
		kill()
		cancel()
		<-done
	}
	kill, addr := child(t, data)
	defer kill()
	got := strings.Join(values(t, addr, len(acked)), "")
	rest := got
	for _, v := range acked {
		_, after, ok := strings.Cut(rest, v)
		if !ok {
			t.Fatalf("acknowledged %s is not there, or not in its place", v)
		}
		rest = after
	}
	if len(got) > len(strings.Join(sent, "")) {
		t.Errorf("%d bytes are there, and %d were sent", len(got), len(strings.Join(sent, "")))
	}
}

// child starts a broker as a process of its own.
func child(t *testing.T, data string) (kill func(), addr string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "BROKER_TEST_CHILD="+data)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		cmd.Process.Kill()
		cmd.Wait()
		in.Close()
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.HasPrefix(line, "error") {
		t.Fatal(line, err)
	}
	return kill, strings.TrimSpace(line)
}

func TestOneBrokerAFolder(t *testing.T) {
	data := t.TempDir()
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Data: data})
	var locked *durable.LockedError
	_, err := broker.Start(broker.Config{Listen: "127.0.0.1:0", Data: data})
	if !errors.As(err, &locked) || locked.PID != os.Getpid() || !strings.Contains(err.Error(), data) {
		t.Errorf("second broker: %v, want a LockedError with folder and process", err)
	}
	if err := broker.Remove(data); !errors.As(err, &locked) {
		t.Errorf("Remove under a running broker: %v, want a LockedError", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	start(t, broker.Config{Listen: "127.0.0.1:0", Data: data})
}

func TestATakenPortIsNamedWithTheWayToAFreeOne(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0"})
	_, port, _ := net.SplitHostPort(b.Addr())
	if n, _ := strconv.Atoi(port); n >= 32768 || n < 1024 {
		t.Errorf("free port %d, want one below 32768", n)
	}
	data := t.TempDir()
	_, err := broker.Start(broker.Config{Listen: b.Addr(), Data: data})
	if err == nil || !strings.Contains(err.Error(), "port "+port+" is taken") {
		t.Fatalf("second broker: %v, want an error with the port", err)
	}
	const free = "127.0.0.1:0"
	for _, want := range []string{"--broker-listen " + free + " takes one that is free", "--brokers " + b.Addr()} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if usage.Is(err) {
		t.Errorf("%v is a usage error", err)
	}
	start(t, broker.Config{Listen: free, Data: data}) // the folder was let go
}

func TestListensOnLoopbackOnly(t *testing.T) {
	for _, tt := range []struct {
		listen string
		ok     bool
	}{
		{"localhost:0", true},
		{"127.0.0.1:0", true},
		{"0.0.0.0:0", false},
		{":0", false},
		{"192.0.2.1:9092", false},
		{"example.org:9092", false},
		{"127.0.0.1", false},
		{"127.0.0.1:kafka", false},
		{"127.0.0.1:70000", false},
	} {
		b, err := broker.Start(broker.Config{Listen: tt.listen})
		if err == nil {
			b.Close()
		}
		if ok := err == nil; ok != tt.ok || err != nil && !usage.Is(err) {
			t.Errorf("Start on %q = %v, want it to work: %t", tt.listen, err, tt.ok)
		}
	}
}

func TestAskingForATopicDoesNotMakeIt(t *testing.T) {
	b := start(t, broker.Config{Listen: "127.0.0.1:0"})
	c := client(t, b.Addr(), kgo.AllowAutoTopicCreation(), kgo.UnknownTopicRetries(0))
	if err := c.ProduceSync(t.Context(), kgo.StringRecord("v")).FirstErr(); err == nil {
		t.Error("a topic was made by writing to it")
	}
}

func TestSaysThatItIsForDevelopment(t *testing.T) {
	var log bytes.Buffer
	b := start(t, broker.Config{Listen: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(&log, nil))})
	if s := log.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "development broker") || !strings.Contains(s, b.Addr()) {
		t.Errorf("log = %q, want one line that says so", s)
	}
}
