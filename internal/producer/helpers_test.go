package producer_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/producer"
	"hotspot/internal/source"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// denver is where the city of these tests lies.
var denver = source.AreaFlags{Origin: "-104.95,39.74", Bounds: "-105.2,39.55,-104.5,39.95"}

// row is the texts of row n of the test's city; generation says which of
// several versions of it.
func row(n int, generation string) [crime.NumColumns]string {
	return [crime.NumColumns]string{
		fmt.Sprint(2_020_000_000 + n/2), fmt.Sprint(2_020_000_000_000_000 + n), "2304", "0",
		"theft-\"items\"-from-vehicle", "theft-from-motor-vehicle", "2020-01-02T00:13:00", "", "2020-01-02T10:40:00",
		fmt.Sprintf("-104.9%04d", n%10000), "39.74", "1", "121", "five-points" + generation, "1", "0", "1", "",
	}
}

// csv is a prepared file of rows from-1 … to.
func csv(from, to int) []byte {
	b := crime.AppendHeader(nil)
	for n := from; n <= to; n++ {
		r := crime.Record{Text: row(n, "")}
		b = r.AppendCSV(b)
	}
	return b
}

func write(t *testing.T, path string, content []byte) string {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "crime.csv")
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// kafka names a topic of its own, on HOTSPOT_TEST_BROKERS when set, else on a
// broker that ends with the test.
func kafka(t *testing.T) stream.Config {
	t.Helper()
	c := stream.Config{Topic: fmt.Sprintf("producer-test-%x", rand.Uint64())}
	if brokers := os.Getenv("HOTSPOT_TEST_BROKERS"); brokers != "" {
		c.Brokers = strings.Split(brokers, ",")
		t.Cleanup(func() {
			topic := open(t, c)
			defer topic.Close()
			topic.Delete(context.WithoutCancel(t.Context())) // else it stays there for ever
		})
		return c
	}
	c.Brokers = fake(t).ListenAddrs()
	return c
}

func fake(t *testing.T, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	b, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// deletesTopics: a topic that is made again in kfake's memory meets its old
// rows there on Windows. In a folder it does not.
func deletesTopics(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("kfake in memory deletes no topic on Windows")
	}
}

func open(t *testing.T, c stream.Config) *stream.Topic {
	t.Helper()
	topic, err := stream.Open(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return topic
}

// run runs a producer that must succeed.
func run(t *testing.T, c producer.Config) producer.Summary {
	t.Helper()
	s, err := producer.Run(t.Context(), slog.New(slog.DiscardHandler), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// refuse runs a producer that must end with a usage error that says want.
func refuse(t *testing.T, c producer.Config, want ...string) producer.Summary {
	t.Helper()
	s, err := producer.Run(t.Context(), slog.New(slog.DiscardHandler), c)
	if !usage.Is(err) {
		t.Errorf("Run = %v, want a usage error with %q", err, want)
		return s
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("Run = %v, want %q in it", err, w)
		}
	}
	return s
}

// record is a message as an independent client sees it.
type record struct {
	offset     int64
	row, line  int64
	chain      string
	area       string
	invented   bool
	title      string
	key, value string
}

// dump reads the topic with franz-go, and takes the header apart without crime.
func dump(t *testing.T, c stream.Config, opts ...kgo.Opt) [][]record {
	t.Helper()
	topic := open(t, c)
	ranges, err := topic.Ranges(t.Context())
	topic.Close()
	if err != nil {
		t.Fatal(err)
	}
	cl := client(t, c, append(opts, kgo.ConsumeTopics(c.Topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))...)
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	all := make([][]record, len(ranges))
	for missing := true; missing; {
		missing = false
		for p, r := range ranges {
			missing = missing || r.End > r.First && (len(all[p]) == 0 || all[p][len(all[p])-1].offset < r.End-1)
		}
		if !missing {
			break
		}
		f := cl.PollFetches(ctx)
		if err := f.Err0(); err != nil {
			t.Fatal(err)
		}
		f.EachRecord(func(r *kgo.Record) {
			rec := record{offset: r.Offset, key: string(r.Key), value: string(r.Value)}
			if len(r.Headers) == 1 && r.Headers[0].Key == "hotspot" {
				f := strings.SplitN(string(r.Headers[0].Value), " ", 7)
				fmt.Sscan(strings.Join(f[1:6], " "), &rec.row, &rec.line, &rec.chain, &rec.area, &rec.invented)
				rec.title = f[6]
			}
			all[r.Partition] = append(all[r.Partition], rec)
		})
	}
	return all
}

func client(t *testing.T, c stream.Config, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(c.Brokers...)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

// checkTopic checks that the topic holds rows 1 … n of the test's city and
// nothing else, in order within each partition but for repetitions, each in
// the partition of its key, with the chain that formats.md prescribes. It
// returns the number of repetitions.
func checkTopic(t *testing.T, parts [][]record, n int, title string, invented bool) (repeated int) {
	t.Helper()
	sum := sha256.Sum256(fmt.Appendf(nil, "hotspot.row/2\n%s\n%t\n%s", title, invented, crime.Denver))
	chains := []string{string(sum[:16])}
	values := []string{""}
	for i := 1; i <= n; i++ {
		v := valueOf(t, i)
		sum := sha256.Sum256([]byte(chains[i-1] + v))
		chains, values = append(chains, string(sum[:16])), append(values, v)
	}
	seen := map[int64]bool{}
	for p, records := range parts {
		top := int64(0)
		for _, r := range records {
			if r.row < 1 || r.row > int64(n) || r.value != values[r.row] || r.chain != hex.EncodeToString([]byte(chains[r.row])) ||
				r.line != r.row+1 || r.title != title || r.area != crime.Denver.String() || r.invented != invented || r.key != row(int(r.row), "")[0] {
				t.Fatalf("partition %d: record %d is not row %d as it should be: %+v", p, r.offset, r.row, r)
			}
			if want := stream.Partition([]byte(r.key), len(parts)); want != p {
				t.Fatalf("row %d is in partition %d, want %d", r.row, p, want)
			}
			switch {
			case seen[r.row]:
				repeated++
			case r.row < top:
				t.Fatalf("partition %d: row %d comes for the first time behind row %d", p, r.row, top)
			}
			seen[r.row] = true
			top = max(top, r.row)
		}
	}
	for i := int64(1); i <= int64(n); i++ {
		if !seen[i] {
			t.Fatalf("row %d of %d is missing", i, n)
		}
	}
	return repeated
}

// valueOf is the message of row n by encoding/json, as formats.md has it.
func valueOf(t *testing.T, n int) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteByte('{')
	for i, text := range row(n, "") {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, s := range []string{crime.Columns[i], text} {
			var one bytes.Buffer
			e := json.NewEncoder(&one)
			e.SetEscapeHTML(false)
			if err := e.Encode(s); err != nil {
				t.Fatal(err)
			}
			b.Write(bytes.TrimSpace(one.Bytes()))
			b.WriteString([]string{":", ""}[j])
		}
	}
	b.WriteByte('}')
	return b.String()
}

// produce writes records of others into partition 0 of the topic.
func produce(t *testing.T, c stream.Config, records ...*kgo.Record) {
	t.Helper()
	cl := client(t, c, kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.DefaultProduceTopic(c.Topic))
	if err := cl.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

func addPartitions(t *testing.T, c stream.Config, n int32, opts ...kgo.Opt) {
	t.Helper()
	req := kmsg.NewPtrCreatePartitionsRequest()
	rt := kmsg.NewCreatePartitionsRequestTopic()
	rt.Topic, rt.Count = c.Topic, n
	req.Topics = append(req.Topics, rt)
	req.TimeoutMillis = 5000
	res, err := req.RequestWith(t.Context(), client(t, c, opts...))
	if err != nil || res.Topics[0].ErrorCode != 0 {
		t.Fatal(res, err)
	}
}
