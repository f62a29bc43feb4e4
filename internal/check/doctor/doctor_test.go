package doctor_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/segmentio/kafka-go"
	"go.uber.org/goleak"

	"hotspot/internal/batch"
	"hotspot/internal/check/doctor"
	"hotspot/internal/consumer"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/producer"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sound is a set-up with nothing wrong: a source, a topic with its rows, a
// folder with one batch.
func sound(t *testing.T) doctor.Config {
	t.Helper()
	c := doctor.Config{Kafka: testkit.Kafka(t), Dir: filepath.Join(t.TempDir(), "out"), Input: testkit.Generated(t, 250), Listen: "127.0.0.1:0"}
	c.Consumer = consumer.Options{BatchSize: 200, Batches: 1}
	c.Consumer.Restarts = 2
	if _, err := producer.Run(t.Context(), testkit.Log(t), producer.Config{Kafka: c.Kafka, Options: producer.Options{Input: c.Input}}); err != nil {
		t.Fatal(err)
	}
	if err := consumer.Run(t.Context(), testkit.Log(t), consumer.Config{Kafka: c.Kafka, Options: c.Consumer, Dir: c.Dir}); err != nil {
		t.Fatal(err)
	}
	return c
}

// freshTopic points c at a topic that was made by hand.
func freshTopic(t *testing.T, c *doctor.Config, entries ...kafka.ConfigEntry) {
	t.Helper()
	c.Kafka.Topic += "-other"
	client := &kafka.Client{Addr: kafka.TCP(c.Kafka.Brokers...), Transport: &kafka.Transport{}}
	defer client.Transport.(*kafka.Transport).CloseIdleConnections()
	res, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: c.Kafka.Topic, NumPartitions: 1, ReplicationFactor: 1, ConfigEntries: entries}}})
	if err != nil || res.Errors[c.Kafka.Topic] != nil {
		t.Fatal(err, res)
	}
}

func TestASoundSetUpHasNoProblem(t *testing.T) {
	findings, err := doctor.Examine(t.Context(), testkit.Log(t), sound(t))
	if err != nil || doctor.Problems(findings) > 0 || len(findings) < 5 {
		t.Errorf("findings %+v, %v", findings, err)
	}
}

func TestEveryProblemComesWithItsNextStep(t *testing.T) {
	tests := []struct {
		name     string
		spoil    func(t *testing.T, c *doctor.Config)
		severity doctor.Severity
		what     string
		next     string
	}{
		{
			"no broker", func(t *testing.T, c *doctor.Config) { c.Kafka.Brokers = []string{"127.0.0.1:1"} },
			doctor.Problem, "nothing listens at", "hotspot broker --broker-listen 127.0.0.1:1",
		},
		{"a broker that advertises another address", func(t *testing.T, c *doctor.Config) {
			real := c.Kafka.Brokers[0]
			c.Kafka.Brokers = []string{"127.0.0.1:2"}
			c.Kafka.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if address != "127.0.0.1:2" {
					return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.EHOSTUNREACH}
				}
				return new(net.Dialer).DialContext(ctx, network, real)
			}
		}, doctor.Problem, "advertised listener", "advertised.listeners"},
		{"a broker with an IPv6 address that is out of reach", func(t *testing.T, c *doctor.Config) {
			c.Kafka.Brokers = []string{"[2001:db8::1]:9092"}
			c.Kafka.Dial = func(_ context.Context, network, _ string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.EHOSTUNREACH}
			}
		}, doctor.Problem, "cannot be reached", " 2001:db8::1 "},
		{
			"no topic", func(t *testing.T, c *doctor.Config) { c.Kafka.Topic += "-none" },
			doctor.Problem, "is not there", "producer --brokers",
		},
		{"rows that expire", func(t *testing.T, c *doctor.Config) {
			freshTopic(t, c, kafka.ConfigEntry{ConfigName: "retention.ms", ConfigValue: "604800000"})
		}, doctor.Note, "keeps its rows for 7d only", "retention.ms=-1"},
		{"a bound in bytes", func(t *testing.T, c *doctor.Config) {
			freshTopic(t, c, kafka.ConfigEntry{ConfigName: "retention.bytes", ConfigValue: "1000000"})
		}, doctor.Note, "keeps 1000000 bytes", "retention.bytes=-1"},
		{"a compacted topic", func(t *testing.T, c *doctor.Config) {
			freshTopic(t, c, kafka.ConfigEntry{ConfigName: "cleanup.policy", ConfigValue: "compact"})
		}, doctor.Problem, "is compacted", "cleanup.policy=delete"},
		{
			"no source", func(t *testing.T, c *doctor.Config) { c.Input += ".none" },
			doctor.Problem, "does not exist", "hotspot generate -o",
		},
		{"a source that is not prepared", func(t *testing.T, c *doctor.Config) {
			c.Input = filepath.Join(t.TempDir(), "raw.csv")
			if err := os.WriteFile(c.Input, []byte("OBJECTID,INCIDENT_ID\n1,2\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, doctor.Problem, "raw.csv", "hotspot prepare"},
		{
			"a folder that cannot be written", func(t *testing.T, c *doctor.Config) { c.Dir = filepath.Join(c.Input, "out") },
			doctor.Problem, "cannot be written", "--dir",
		},
		{"a folder that is locked", func(t *testing.T, c *doctor.Config) {
			d, err := durable.Open(c.Dir)
			if err == nil {
				err = d.Lock()
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Unlock() })
		}, doctor.Note, "is locked by process", "kill "},
		{
			"other settings", func(t *testing.T, c *doctor.Config) { c.Consumer.K = 8 },
			doctor.Problem, "k 5, not 8", "what the message names",
		},
		{
			"another batch size", func(t *testing.T, c *doctor.Config) { c.Consumer.BatchSize = 5000 },
			doctor.Problem, "--batch-size 200, not with --batch-size 5000", "what the message names",
		},
		{"a damaged manifest", func(t *testing.T, c *doctor.Config) {
			if err := os.WriteFile(filepath.Join(c.Dir, "batch-000001.json"), []byte("{}"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, doctor.Problem, "batch-000001.json", "hotspot verify"},
		{"a consumer that halted", func(t *testing.T, c *doctor.Config) {
			status := batch.Status{Batch: 2, BatchSize: 200, State: batch.Halted, Detail: "gap: want row 7"}
			if err := os.WriteFile(filepath.Join(c.Dir, batch.StatusName), status.Encode(), 0o644); err != nil {
				t.Fatal(err)
			}
		}, doctor.Problem, "it halted: gap: want row 7", "start it again"},
		{"a consumer that can make nothing of the rows", func(t *testing.T, c *doctor.Config) {
			status := batch.Status{Batch: 2, BatchSize: 200, State: batch.Unusable, Detail: "none of the 200 rows"}
			if err := os.WriteFile(filepath.Join(c.Dir, batch.StatusName), status.Encode(), 0o644); err != nil {
				t.Fatal(err)
			}
		}, doctor.Problem, "nothing can be made of what comes: none of the 200 rows", "--bounds"},
		{
			"a source of another city", func(t *testing.T, c *doctor.Config) { c.Consumer.Bounds = "-0.5,51.3,0.3,51.7" },
			doctor.Problem, "places lie outside of the area -0.5 to 0.3", "hotspot prepare RAW",
		},
		{"a source without a sidecar", func(t *testing.T, c *doctor.Config) {
			if err := os.Remove(c.Input + ".meta.json"); err != nil {
				t.Fatal(err)
			}
		}, doctor.Problem, "nothing says where the city lies", "hotspot prepare RAW"},
		{"dead letters", func(t *testing.T, c *doctor.Config) {
			if err := os.WriteFile(filepath.Join(c.Dir, "dead-letters.ndjson"), []byte("{}\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, doctor.Note, "set aside", "hotspot deadletters"},
		{"a port that is taken", func(t *testing.T, c *doctor.Config) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			go func() {
				for {
					nc, err := l.Accept()
					if err != nil {
						return
					}
					nc.Close()
				}
			}()
			c.Web = l.Addr().String()
		}, doctor.Problem, "is taken by another program", "--web HOST:PORT"},
		{"a password file that is not there", func(t *testing.T, c *doctor.Config) {
			c.Kafka.SASLMechanism, c.Kafka.SASLUser, c.Kafka.SASLPasswordFile = "plain", "ada", filepath.Join(t.TempDir(), "none")
		}, doctor.Problem, "none", "mend the flag"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := sound(t)
			tt.spoil(t, &c)
			findings, err := doctor.Examine(t.Context(), testkit.Log(t), c)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				if f.Severity == doctor.Problem && f.Next == "" {
					t.Errorf("%+v has no next step", f)
				}
				if f.Severity == tt.severity && strings.Contains(f.What, tt.what) && strings.Contains(f.Next, tt.next) {
					return
				}
			}
			t.Errorf("no %s with %q and %q in %+v", tt.severity, tt.what, tt.next, findings)
		})
	}
}

func TestFlagsThatAreNoneAreAnErrorOfUsage(t *testing.T) {
	_, err := doctor.Examine(t.Context(), testkit.Log(t), doctor.Config{Kafka: stream.Config{Topic: "no spaces"}})
	if !usage.Is(err) {
		t.Errorf("%v, want a usage error", err)
	}
}
