package consumer_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"

	"hotspot/internal/consumer"
	"hotspot/internal/platform/cause"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// set changes a setting of the topic.
func set(t *testing.T, c stream.Config, name, value string) {
	t.Helper()
	client := &kafka.Client{Addr: kafka.TCP(c.Brokers...), Transport: &kafka.Transport{}}
	defer client.Transport.(*kafka.Transport).CloseIdleConnections()
	res, err := client.IncrementalAlterConfigs(t.Context(), &kafka.IncrementalAlterConfigsRequest{Resources: []kafka.IncrementalAlterConfigsRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: c.Topic, Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: name, Value: value, ConfigOperation: kafka.ConfigOperationSet}},
	}}})
	if err != nil || res.Resources[0].Error != nil {
		t.Fatal(err, res)
	}
}

// A folder has the first batch; then a row is missing, each time for another
// reason. The halt says which, and what loses nothing comes before --fresh.
func TestAGapSaysWhyTheRowIsMissing(t *testing.T) {
	good := rows(t, 3*size, 1, "Test")
	broken := good[size+50]
	broken.Value = []byte("{}")
	tests := []struct {
		name  string
		spoil func(t *testing.T, top *stream.Topic, c consumer.Config)
		want  string
		says  string
	}{
		{"expired", func(t *testing.T, top *stream.Topic, c consumer.Config) {
			set(t, c.Kafka, "retention.ms", "604800000")
			send(t, top, good[size:]...)
			testkit.DeleteBefore(t, c.Kafka.Brokers, c.Kafka.Topic, 0, size+51)
		}, "rows-expired", "for 7d only"},
		{"deleted", func(t *testing.T, top *stream.Topic, c consumer.Config) {
			send(t, top, good[size:]...)
			testkit.DeleteBefore(t, c.Kafka.Brokers, c.Kafka.Topic, 0, size+51)
		}, "rows-deleted", fmt.Sprintf("begins at offset %d and %d was wanted", size+51, size)},
		{"never sent", func(t *testing.T, top *stream.Topic, _ consumer.Config) {
			send(t, top, append(append([]stream.Message{}, good[size:size+50]...), good[size+51:]...)...)
		}, "row-not-sent", "--topic NEW"},
		{"never sent to a topic whose older rows expired", func(t *testing.T, top *stream.Topic, c consumer.Config) {
			set(t, c.Kafka, "retention.ms", "604800000")
			send(t, top, append(append([]stream.Message{}, good[size:size+50]...), good[size+51:]...)...)
			testkit.DeleteBefore(t, c.Kafka.Brokers, c.Kafka.Topic, 0, size)
		}, "row-not-sent", "never sent"},
		{"set aside", func(t *testing.T, top *stream.Topic, _ consumer.Config) {
			send(t, top, append(append(append([]stream.Message{}, good[size:size+50]...), broken), good[size+51:]...)...)
		}, "row-set-aside", "not-a-record"},
		{"compacted", func(t *testing.T, top *stream.Topic, c consumer.Config) {
			set(t, c.Kafka, "cleanup.policy", "compact")
			send(t, top, good[size:size+50]...)
			client, err := kgo.NewClient(kgo.SeedBrokers(c.Kafka.Brokers...), kgo.TransactionalID(top.Name()))
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if err := client.BeginTransaction(); err != nil { // its records are not there for a reader, as those that compaction took
				t.Fatal(err)
			}
			client.Produce(t.Context(), record(top.Name(), good[size+50]), nil)
			if err := client.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := client.EndTransaction(t.Context(), kgo.TryAbort); err != nil {
				t.Fatal(err)
			}
			send(t, top, good[size+51:]...)
		}, "row-compacted", "cleanup.policy=delete"},
		{"another title", func(t *testing.T, top *stream.Topic, _ consumer.Config) {
			send(t, top, append(append([]stream.Message{}, good[size:size+50]...), rows(t, 3*size, 2, "Other")[size+50:]...)...)
		}, "other-data", `is of "Other", and the folder holds "Test";`},
		{"another area", func(t *testing.T, top *stream.Topic, _ consumer.Config) {
			moved := append([]stream.Message{}, rows(t, 3*size, 1, "Test")[size+50:]...)
			for i := range moved {
				h := moved[i].Headers[0]
				h.Value = bytes.Replace(h.Value, []byte("-104.95,39.74;"), []byte("-104.9,39.7;"), 1)
				moved[i].Headers = []stream.Header{h}
			}
			moved[0].Value = good[0].Value // or the link would fit
			send(t, top, append(append([]stream.Message{}, good[size:size+50]...), moved...)...)
		}, "other-data", "-104.9,39.7;"},
		{"another file", func(t *testing.T, top *stream.Topic, _ consumer.Config) {
			send(t, top, append(append([]stream.Message{}, good[size:size+50]...), rows(t, 3*size, 2, "Test")[size+50:]...)...)
		}, "other-row", "another file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			top, c := topic(t, 1)
			send(t, top, good[:size]...)
			if err := consume(t, c, 1); err != nil {
				t.Fatal(err)
			}
			tt.spoil(t, top, c)
			err := consume(t, c, 3)
			e := cause.In(err)
			if e == nil || e.Name != tt.want || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("%v, want %s that says %q", err, tt.want, tt.says)
			}
			if strings.ContainsAny(strings.ReplaceAll(err.Error(), "{}", ""), "{}") {
				t.Errorf("%v: not all is filled in", err)
			}
			if fresh := strings.Index(e.Next, "--fresh --yes"); fresh >= 0 && fresh < strings.Index(e.Next, "--topic NEW") {
				t.Errorf("%q: what destroys comes first", e.Next)
			}
		})
	}
}

// The topic is deleted and made anew from the same file while the consumer runs;
// then the new topic is longer than the old one was when it is next asked, so the
// position is inside of it. Started again the consumer goes on.
func TestATopicMadeAnewUnderARunningConsumerIsNamedAndGoneOnWith(t *testing.T) {
	good := rows(t, 3*size, 1, "Test")
	want := clean(t, good, 3)
	top, c := topic(t, 2)
	send(t, top, append(append([]stream.Message{}, good[:size/2]...), good[:size+50]...)...) // some were sent twice
	var l line
	c.Kafka.Dial = l.dial
	done := make(chan error, 1)
	go func() { done <- consume(t, c, 3) }()
	testkit.Eventually(t, "all was read", func() bool { return strings.Contains(status(t, c.Dir), `"rows":50,`) })
	l.set(true)
	testkit.Eventually(t, "the broker is away", func() bool { return strings.Contains(status(t, c.Dir), `"state":"broker_away"`) })
	if err := top.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := top.Create(t.Context(), 2, 0); err != nil {
		t.Fatal(err)
	}
	send(t, top, good...)
	l.set(false)
	err := <-done
	if e := cause.In(err); e == nil || e.Name != "topic-made-anew" {
		t.Fatalf("%v, want that the topic was made anew", err)
	}
	if err := consume(t, c, 3); err != nil {
		t.Fatal(err)
	}
	testkit.SameFolder(t, want, c.Dir)
}

// Rows of another file come, of which all have numbers that the folder has: one that
// strayed is a dead letter, and many are not all set aside before it is said what they are.
func TestAFileOfOtherDataHaltsBeforeItIsSetAside(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	top, c := topic(t, 1)
	send(t, top, append(append([]stream.Message{}, good[:size+50]...), rows(t, size, 2, "Other")...)...)
	err := consume(t, c, 2)
	e := cause.In(err)
	if e == nil || e.Name != "other-data" || !strings.Contains(err.Error(), `is of "Other", and the folder holds "Test";`) {
		t.Errorf("%v, want a halt that names both", err)
	}
	if n := len(deadLetters(t, c.Dir)); n != 100 {
		t.Errorf("%d dead letters, want 100", n)
	}
}

// The topic holds fewer rows than the folder: they are dropped, and then nothing can
// come. The log says so once and /readyz as long as it is so.
func TestATopicThatEndsBeforeTheFolderIsNamed(t *testing.T) {
	good := rows(t, 2*size, 1, "Test")
	for _, tt := range []struct {
		there int
		says  string
	}{{0, "holds no rows"}, {50, "holds rows up to 50 only"}} {
		t.Run(tt.says, func(t *testing.T) {
			top, c := topic(t, 1)
			c.Dir = clean(t, good, 1)
			send(t, top, good[:tt.there]...)
			c.MetricsListen = testkit.FreeAddress(t)
			var j journal
			c.Batches = 2
			done := make(chan error, 1)
			go func() { done <- consumer.Run(t.Context(), slog.New(slog.NewTextHandler(&j, nil)), c) }()
			testkit.Eventually(t, "it is said", func() bool {
				return holds(c.MetricsListen, "/readyz", tt.says+", and folder ") && holds(c.MetricsListen, "/readyz", `"ready":false`)
			})
			send(t, top, good[tt.there:size-1]...)
			testkit.Eventually(t, "it is so again", func() bool { return holds(c.MetricsListen, "/readyz", fmt.Sprintf("holds rows up to %d only", size-1)) })
			send(t, top, good[size-1:]...)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if n := j.count("the topic ends before the folder"); n != 1 {
				t.Errorf("%d lines, want one", n)
			}
		})
	}
}

// journal is a log that can be read while it is written.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.buf.String(), text)
}

// Somebody else's topic whose dates are written in another way: not one message
// is a row. The file of dead letters says column, text and wanted form of each,
// the log says so a few times, and the consumer is not ready.
func TestATopicWithoutRowsIsSaidToBeOne(t *testing.T) {
	_, c := foreignTopic(t, 0)
	top, err := stream.Open(c.Kafka, testkit.Log(t))
	if err != nil {
		t.Fatal(err)
	}
	defer top.Close()
	var messages []stream.Message
	for i := range 1000 {
		messages = append(messages, stream.Message{Value: fmt.Appendf(nil, `{"id": %d, "date": "2020-07-01"}`, i+1)})
	}
	send(t, top, messages...)
	c.MetricsListen = testkit.FreeAddress(t)
	var j journal
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, slog.New(slog.NewTextHandler(&j, nil)), c) }()
	testkit.Eventually(t, "all messages are set aside", func() bool {
		return strings.Contains(status(t, c.Dir), `"state":"unusable"`) && len(deadLetters(t, c.Dir)) == 1000
	})
	if !holds(c.MetricsListen, "/readyz", "REPORTED_DATE: not a date") || !holds(c.MetricsListen, "/readyz", `"ready":false`) {
		t.Error("/readyz does not say that no message is a row, and why")
	}
	letters := deadLetters(t, c.Dir)
	for _, want := range []string{"REPORTED_DATE", `"2020-07-01"`, "2019-01-02T00:13:00"} {
		if !strings.Contains(letters[999].Detail, want) {
			t.Fatalf("detail of the last dead letter: %q, want %q in it", letters[999].Detail, want)
		}
	}
	if n := j.count("message set aside"); n != 10+6 { // 16, 32, 64, … 512
		t.Errorf("%d lines about 1000 dead letters, want 16", n)
	}
	if n := j.count("nothing can be made of what comes"); n != 1 {
		t.Errorf("%d lines in the log that no message is a row, want one", n)
	}
	if j.count("2020-07-01\"") > 0 {
		t.Error("the log holds the contents of a row")
	}
	send(t, top, foreign(1)...)
	testkit.Eventually(t, "ready with the first row", func() bool { return holds(c.MetricsListen, "/readyz", `"ready":true`) })
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// line is a way to the brokers that can be cut.
type line struct {
	mu   sync.Mutex
	cut  bool
	open []net.Conn
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.EHOSTUNREACH}
	}
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil {
		l.open = append(l.open, c)
	}
	return c, err
}

func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut = cut; cut {
		for _, c := range l.open {
			c.Close()
		}
	}
}

// Messages of somebody else's topic are deleted while the running consumer cannot
// reach the broker: what follows them cannot be numbered, and it halts with that.
func TestAForeignTopicWhoseMessagesGoUnreadHalts(t *testing.T) {
	all := foreign(3 * size)
	top, c := foreignTopic(t, 0)
	send(t, top, all[:size]...)
	var l line
	c.Kafka.Dial = l.dial
	done := make(chan error, 1)
	go func() { done <- consume(t, c, 3) }()
	testkit.Eventually(t, "all was read", func() bool {
		s := status(t, c.Dir)
		return strings.Contains(s, `"state":"waiting"`) && !strings.Contains(s, `"rows":0`)
	})
	l.set(true)
	testkit.Eventually(t, "the broker is away", func() bool { return strings.Contains(status(t, c.Dir), `"state":"broker_away"`) })
	send(t, top, all[size:]...)
	testkit.DeleteBefore(t, c.Kafka.Brokers, c.Kafka.Topic, 0, size+20)
	l.set(false)
	err := <-done
	halted(t, err, consumer.HaltGap)
	if e := cause.In(err); e == nil || e.Name != "messages-gone" || !strings.Contains(e.What, fmt.Sprintf("the messages %d to %d", size, size+19)) {
		t.Errorf("%v, want the messages that are gone", err)
	}
}

// A broker was away and comes back without the topic. The running consumer says
// so, and what makes the topic again; it does not say that the broker is away.
func TestATopicThatIsGoneIsNoBrokerThatIsAway(t *testing.T) {
	good := rows(t, size, 1, "Test")
	top, c := topic(t, 1)
	send(t, top, good[:size/2]...)
	var j journal
	var l line
	c.Kafka.Dial = l.dial
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- consumer.Run(ctx, slog.New(slog.NewTextHandler(&j, nil)), c) }()
	testkit.Eventually(t, "all was read", func() bool { return strings.Contains(status(t, c.Dir), `"rows":100`) })
	l.set(true)
	testkit.Eventually(t, "the broker is away", func() bool { return strings.Contains(status(t, c.Dir), `"state":"broker_away"`) })
	if err := top.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.set(false)
	testkit.Eventually(t, "the topic is gone", func() bool {
		s := status(t, c.Dir)
		return strings.Contains(s, `"state":"topic_gone"`) && strings.Contains(s, "start the producer again")
	})
	if j.count(`msg="topic gone"`) != 1 || j.count("broker not ready") > 0 || j.count("broker unreachable") != 1 {
		t.Errorf("the log says %s", &j.buf)
	}
	if err := top.Create(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	send(t, top, good...)
	testkit.Eventually(t, "it goes on by itself", func() bool { return strings.Contains(status(t, c.Dir), `"batch":2`) })
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestATopicOfAnOlderHotspotIsRefused(t *testing.T) {
	top, c := topic(t, 1)
	older := rows(t, 1, 1, "Test")
	older[0].Headers[0].Value = []byte("1 1 2 00000000000000000000000000000000 false untitled")
	send(t, top, older...)
	err := consume(t, c, 1)
	if e := cause.In(err); e == nil || e.Name != "older-topic" || !strings.Contains(err.Error(), "prepare the city's file again") {
		t.Errorf("%v, want %s", err, "older-topic")
	}
}
