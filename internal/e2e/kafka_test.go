package e2e_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// realKafka is the folder of the broker that scripts/kafka.sh has started.
func realKafka(t *testing.T) string {
	t.Helper()
	return needs(t, "HOTSPOT_TEST_KAFKA", "the broker of scripts/kafka.sh, which make test-integration starts")
}

// port is the address of one of its listeners.
func port(t *testing.T, folder, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strings.TrimSpace(string(data))
}

func kafkaSh(t *testing.T, command, folder string) {
	t.Helper()
	if out, err := exec.Command("../../scripts/kafka.sh", command, folder).CombinedOutput(); err != nil {
		t.Fatalf("kafka.sh %s: %v\n%s", command, err, out)
	}
}

// secured are the flags of every way into the broker.
func secured(folder string) map[string][]string {
	tls := func(name string) string { return filepath.Join(folder, "tls", name) }
	sasl := func(mechanism string) []string {
		return []string{"--tls", "--tls-ca", tls("ca.pem"), "--sasl-mechanism", mechanism, "--sasl-user", "ann", "--sasl-password-file", tls("password")}
	}
	return map[string][]string{
		"plain": sasl("plain"), "scram-sha-256": sasl("scram-sha-256"), "scram-sha-512": sasl("scram-sha-512"),
		"mtls": {"--tls", "--tls-ca", tls("ca.pem"), "--tls-cert", tls("client.pem"), "--tls-key", tls("client.key")},
	}
}

func TestEveryWayIntoASecuredKafka(t *testing.T) {
	folder := realKafka(t)
	input := testkit.Generated(t, 1100)
	settings := []string{"--batch-size", "500", "--restarts", "2"}
	want := reference(t, input, 2, settings...)
	for name, flags := range secured(folder) {
		t.Run(name, func(t *testing.T) {
			kafka := testkit.Kafka(t)
			kafka.Brokers = []string{port(t, folder, "port.sasl")}
			if name == "mtls" {
				kafka.Brokers = []string{port(t, folder, "port.mtls")}
			}
			dir := t.TempDir()
			run(t, dir, "producer", on(kafka, append(flags, "--input", input, "--sleep-max", "0")...)...)
			run(t, dir, "consumer", on(kafka, append(append(flags, settings...), "--dir", "out", "--batches", "2")...)...)
			testkit.SameFolder(t, want, filepath.Join(dir, "out"))
			if out := run(t, dir, "hotspot", append([]string{"verify", "--dir", "out", "--input", input, "--with-topic"}, on(kafka, flags...)...)...); !strings.Contains(out, "\nok ") {
				t.Errorf("verify: %s", out)
			}
		})
	}
}

func TestWhoMayNotIntoASecuredKafkaIsToldWhy(t *testing.T) {
	folder := realKafka(t)
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte("a wrong one 42\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(folder, "tls", "ca.pem")
	tests := []struct {
		name, port string
		flags      []string
		says       string
	}{
		{"wrong password, plain", "port.sasl", []string{"--tls", "--tls-ca", ca, "--sasl-mechanism", "plain", "--sasl-user", "ann", "--sasl-password-file", wrong}, "authentication failed"},
		{"wrong password, scram", "port.sasl", []string{"--tls", "--tls-ca", ca, "--sasl-mechanism", "scram-sha-512", "--sasl-user", "ann", "--sasl-password-file", wrong}, "authentication failed"},
		{"no SASL", "port.sasl", []string{"--tls", "--tls-ca", ca}, "--sasl-mechanism"},
		{"unknown authority", "port.sasl", []string{"--tls", "--sasl-mechanism", "plain", "--sasl-user", "ann", "--sasl-password-file", wrong}, "--tls-ca"},
		{"no certificate of ours", "port.mtls", []string{"--tls", "--tls-ca", ca}, "--tls-cert"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kafka := testkit.Kafka(t)
			kafka.Brokers = []string{port(t, folder, tt.port)}
			for _, role := range []string{"producer", "consumer"} {
				dir := t.TempDir()
				args := on(kafka, append(tt.flags, "--dir", "out")...)
				if role == "producer" {
					args = on(kafka, append(tt.flags, "--input", testkit.Generated(t, 10))...)
				}
				p := start(t, dir, role, args...)
				if code := p.wait(); code != 1 || !strings.Contains(p.err.String(), tt.says) {
					t.Errorf("%s: exit %d, want 1 and %q\n%s", role, code, tt.says, p.err.String())
				}
				if strings.Contains(p.err.String(), "a wrong one") {
					t.Errorf("%s: the password is in the log", role)
				}
			}
		})
	}
}

func TestKafkaKilledAndRestartedLosesNothing(t *testing.T) {
	folder := realKafka(t)
	const batches = 4
	input := testkit.Generated(t, 4200)
	settings := []string{"--batch-size", "1000", "--restarts", "2"}
	want := reference(t, input, batches, settings...)
	kafka := testkit.Kafka(t)
	dir := t.TempDir()
	c := start(t, dir, "consumer", on(kafka, append(settings, "--dir", "out", "--batches", "4")...)...)
	p := start(t, dir, "producer", on(kafka, "--input", input, "--sleep-min", "1ms", "--sleep-max", "5ms", "--partitions", "3")...)
	testkit.Eventually(t, "batch 1", func() bool {
		_, err := os.Stat(filepath.Join(dir, "out", "batch-000001.json"))
		return err == nil
	})
	kafkaSh(t, "kill", folder)
	if _, err := os.Stat(filepath.Join(dir, "out", "batch-000004.json")); err == nil {
		t.Fatal("the broker was killed too late to show anything")
	}
	kafkaSh(t, "start", folder)
	if code := p.wait(); code != 0 {
		t.Errorf("producer: exit %d\n%s", code, p.err.String())
	}
	if code := c.wait(); code != 0 {
		t.Errorf("consumer: exit %d\n%s", code, c.err.String())
	}
	testkit.SameFolder(t, want, filepath.Join(dir, "out"))
}

// A proxy before the broker passes on every request and loses some answers
// with their connection: the rows are in, and nobody has said so.
func TestAcknowledgementsThatAreLostDoubleNothing(t *testing.T) {
	folder := realKafka(t)
	input := testkit.Generated(t, 3100)
	settings := []string{"--batch-size", "1000", "--restarts", "2"}
	want := reference(t, input, 3, settings...)
	l := &losing{broker: port(t, folder, "port.behind")}
	l.serve(t, port(t, folder, "port.proxy"))
	kafka := testkit.Kafka(t)
	kafka.Brokers = []string{port(t, folder, "port.proxy")}
	dir := t.TempDir()
	c := start(t, dir, "consumer", on(kafka, append(settings, "--dir", "out", "--batches", "3")...)...)
	run(t, dir, "producer", on(kafka, "--input", input, "--sleep-max", "1ms")...)
	if code := c.wait(); code != 0 {
		t.Fatalf("consumer: exit %d\n%s", code, c.err.String())
	}
	testkit.SameFolder(t, want, filepath.Join(dir, "out"))
	topic, err := stream.Open(kafka, testkit.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	defer topic.Close()
	var ranges []stream.Range
	if err := topic.Retry(t.Context(), "offsets", func(ctx context.Context) (err error) { ranges, err = topic.Ranges(ctx); return err }); err != nil {
		t.Fatal(err)
	}
	if l.lost.Load() == 0 || ranges[0].End <= 3100 {
		t.Errorf("%d answers were lost and the topic has %d messages: no row was sent twice, so nothing was shown", l.lost.Load(), ranges[0].End)
	}
	t.Logf("%d answers lost, %d rows sent twice", l.lost.Load(), ranges[0].End-3100)
}

// losing is the proxy.
type losing struct {
	broker string
	lost   atomic.Int64
	wg     sync.WaitGroup
}

func (l *losing) serve(t *testing.T, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	l.wg.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.pass(client)
		}
	})
	t.Cleanup(func() { listener.Close(); l.wg.Wait() })
}

func (l *losing) pass(client net.Conn) {
	defer client.Close()
	broker, err := net.Dial("tcp", l.broker)
	if err != nil {
		return
	}
	defer broker.Close()
	go func() { _, _ = io.Copy(broker, client); broker.Close() }() // ends with either connection
	answer := make([]byte, 64<<10)
	for n := 0; ; n++ {
		size, err := broker.Read(answer)
		if err != nil {
			return
		}
		if n > 10 && rand.IntN(100) < 2 { // the first ones only say who is who
			l.lost.Add(1)
			return
		}
		if _, err := client.Write(answer[:size]); err != nil {
			return
		}
	}
}
