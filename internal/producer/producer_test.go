package producer_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"hotspot/internal/crime"
	"hotspot/internal/producer"
	"hotspot/internal/source"
)

func TestRowsArriveOnceInOrderWithTheirChain(t *testing.T) {
	for _, tt := range []struct {
		name       string
		rows       int
		partitions int
		options    producer.Options
	}{
		{"full speed, 1 partition", 8000, 1, producer.Options{}},
		{"full speed, 3 partitions", 8000, 3, producer.Options{}},
		{"paced, 1 partition", 50, 1, producer.Options{SleepMax: time.Millisecond}},
		{"paced, 3 partitions", 50, 3, producer.Options{SleepMin: time.Microsecond, SleepMax: time.Microsecond}},
		{"more partitions than rows", 3, 7, producer.Options{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := producer.Config{AreaFlags: denver, Kafka: kafka(t), Options: tt.options}
			c.Input, c.Partitions = write(t, "", csv(1, tt.rows)), tt.partitions
			s := run(t, c)
			if n := int64(tt.rows); s.Rows != n || s.Sent != n || s.Acknowledged != n || s.AlreadyThere != 0 || s.Stopped || s.Title != "untitled" {
				t.Errorf("summary = %+v, want %d rows read, sent and acknowledged", s, tt.rows)
			}
			parts := dump(t, c.Kafka)
			if len(parts) != tt.partitions {
				t.Errorf("%d partitions, want %d", len(parts), tt.partitions)
			}
			if n := checkTopic(t, parts, tt.rows, "untitled", false); n != 0 {
				t.Errorf("%d rows came again", n)
			}
			// Once more: there is nothing left to send.
			s = run(t, c)
			if n := int64(tt.rows); s.Rows != n || s.Sent != 0 || s.AlreadyThere != n {
				t.Errorf("second run: %+v, want %d rows already there", s, tt.rows)
			}
		})
	}
}

func TestGrowingFileContinuesItsTopic(t *testing.T) {
	for _, partitions := range []int{1, 3} {
		c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
		c.Partitions = partitions
		for _, n := range []int{7, 8, 5000, 9001} {
			c.Input = write(t, c.Input, csv(1, n))
			run(t, c)
			if again := checkTopic(t, dump(t, c.Kafka), n, "untitled", false); again != 0 {
				t.Errorf("%d partitions, %d rows: %d came again", partitions, n, again)
			}
		}
	}
}

func TestAnotherSourceIsRefused(t *testing.T) {
	other := func(n int, change func(text *[crime.NumColumns]string)) []byte {
		b := crime.AppendHeader(nil)
		for i := 1; i <= 20; i++ {
			r := crime.Record{Text: row(i, "")}
			if i == n {
				change(&r.Text)
			}
			b = r.AppendCSV(b)
		}
		return b
	}
	without := func(n int) []byte {
		lines := bytes.SplitAfter(csv(1, 20), []byte("\n"))
		return bytes.Join(append(lines[:n:n], lines[n+1:]...), nil)
	}
	for _, tt := range []struct {
		name  string
		input []byte
		limit int64
		want  []string // none = it is fine
	}{
		{"C44 row 7 changed", other(7, func(r *[crime.NumColumns]string) { r[12] = "capitol-hill" }), 0, []string{"source changed at row 7 (", ":8)", "--fresh", "--topic"}},
		{"C44 row 12 changed", other(12, func(r *[crime.NumColumns]string) { r[12] = "" }), 0, []string{"source changed at row 12 (", ":13)"}},
		{"C44 row 7 with another key", other(7, func(r *[crime.NumColumns]string) { r[0] = "5" }), 0, []string{"source changed at row 7 (", ":8)"}},
		{"C44 row 1 changed", other(1, func(r *[crime.NumColumns]string) { r[0] = "5" }), 0, []string{"source changed at row 1 (", ":2)"}},
		{"C44 row 20 changed", other(20, func(r *[crime.NumColumns]string) { r[12] = "" }), 0, []string{"source changed at row 20 (", ":21)"}},
		{"C44 row 7 rejected", other(7, func(r *[crime.NumColumns]string) { r[8] = "abc" }), 0, []string{"source changed at row 7 (", ":9)"}},
		{"C44 row 7 left out", without(7), 0, []string{"source changed at row 7 ("}},
		{"C44 shorter", csv(1, 19), 0, []string{"source changed at row 20", "ends before it", "--fresh", "--topic"}},
		{"C44 empty", csv(1, 0), 0, []string{"source changed at row 1"}},
		{"C44 shorter, but so is the limit", csv(1, 5), 5, nil},
		{"C44 longer", csv(1, 21), 0, nil},
		{"C44 the same", csv(1, 20), 0, nil},
	} {
		for _, partitions := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s, %d partitions", tt.name, partitions), func(t *testing.T) {
				c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
				c.Partitions, c.Input = partitions, write(t, "", csv(1, 20))
				run(t, c)
				write(t, c.Input, tt.input)
				c.Limit = tt.limit
				if tt.want == nil {
					run(t, c)
					return
				}
				refuse(t, c, tt.want...)
				if n := checkTopic(t, dump(t, c.Kafka), 20, "untitled", false); n != 0 {
					t.Errorf("%d rows were sent all the same", n)
				}
			})
		}
	}
}

func TestTitleIsTheFlagsElseTheSidecarsElseTheTopics(t *testing.T) {
	deletesTopics(t)
	sidecar := func(title string, invented bool) []byte {
		return (&source.Meta{Format: source.MetaFormat, Title: title, Invented: invented}).Encode()
	}
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", csv(1, 5))
	write(t, source.MetaPath(c.Input), sidecar("Aside", true))
	if s := run(t, c); s.Title != "Aside" || !s.Invented {
		t.Errorf("with a sidecar: %+v", s)
	}
	checkTopic(t, dump(t, c.Kafka), 5, "Aside", true)
	// Without one the topic knows.
	if err := os.Remove(source.MetaPath(c.Input)); err != nil {
		t.Fatal(err)
	}
	write(t, c.Input, csv(1, 9))
	if s := run(t, c); s.Title != "Aside" || !s.Invented || s.Sent != 4 {
		t.Errorf("without a sidecar: %+v", s)
	}
	checkTopic(t, dump(t, c.Kafka), 9, "Aside", true)
	c.Title = "Another"
	refuse(t, c, `"Aside"`, `"Another"`, "--title", "--topic", "--fresh")
	c.Title = ""
	write(t, source.MetaPath(c.Input), sidecar("Aside", false))
	refuse(t, c, "invented city")
	write(t, source.MetaPath(c.Input), []byte("{"))
	refuse(t, c, "sidecar")
	c.Title, c.Fresh, c.Yes = "Another", true, true
	write(t, source.MetaPath(c.Input), sidecar("Aside", true))
	run(t, c)
	if n := checkTopic(t, dump(t, c.Kafka), 9, "Another", true); n != 0 {
		t.Errorf("%d rows in the fresh topic came again", n)
	}
}

func TestFreshNeedsYesOnABrokerOfOthers(t *testing.T) {
	deletesTopics(t)
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", csv(1, 5))
	run(t, c)
	c.Fresh = true
	refuse(t, c, "--yes", c.Kafka.Topic)
	checkTopic(t, dump(t, c.Kafka), 5, "untitled", false)
	c.OwnBroker = true
	write(t, c.Input, csv(1, 3))
	run(t, c)
	if n := checkTopic(t, dump(t, c.Kafka), 3, "untitled", false); n != 0 {
		t.Errorf("%d rows came again", n)
	}
}

func TestLimitIsARowNumber(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", csv(1, 30))
	for _, limit := range []int64{10, 10, 25} {
		c.Limit = limit
		run(t, c)
		if n := checkTopic(t, dump(t, c.Kafka), int(limit), "untitled", false); n != 0 {
			t.Errorf("--limit %d: %d rows came again", limit, n)
		}
	}
}

// What others wrote into the topic by mistake is a dead letter to the consumer
// and nothing to the producer, up to a bound.
func TestForeignRecordsAtTheEndAreLookedBehind(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", csv(1, 10))
	run(t, c)
	header := kgo.RecordHeader{Key: "hotspot", Value: []byte("2 99 100 00000000000000000000000000000000 " + crime.Denver.String() + " false untitled")}
	produce(t, c.Kafka,
		&kgo.Record{Value: []byte("K04 no header")},
		&kgo.Record{Key: []byte("K01")},
		&kgo.Record{Value: []byte("K05 twice"), Headers: []kgo.RecordHeader{header, header}},
		&kgo.Record{Value: []byte("K06"), Headers: []kgo.RecordHeader{{Key: "hotspot", Value: []byte("2 1 2 3")}}})
	write(t, c.Input, csv(1, 12))
	if s := run(t, c); s.Sent != 2 {
		t.Errorf("%d rows sent behind the foreign ones, want 2", s.Sent)
	}
	produce(t, c.Kafka, make1100()...)
	refuse(t, c, "holds something other than rows", "--topic", "--fresh")
}

func TestATopicOfAnOlderHotspotIsRefusedAndNothingIsSent(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Input = write(t, "", csv(1, 0))
	run(t, c) // makes the topic
	write(t, c.Input, csv(1, 3))
	older := kgo.RecordHeader{Key: "hotspot", Value: []byte("1 1 2 00000000000000000000000000000000 false untitled")}
	produce(t, c.Kafka, &kgo.Record{Key: []byte("7"), Value: []byte(`{"INCIDENT_ID":"7"}`), Headers: []kgo.RecordHeader{older}})
	refuse(t, c, "older hotspot", "prepare the city's file again", "--topic", "--fresh")
	top := open(t, c.Kafka)
	defer top.Close()
	if r, err := top.Ranges(t.Context()); err != nil || r[0].End != 1 {
		t.Errorf("%v, %v, want the one message that was there", r, err)
	}
}

func make1100() (r []*kgo.Record) {
	for range 1100 {
		r = append(r, &kgo.Record{Value: []byte("x")})
	}
	return r
}

// A topic that was deleted under a producer can begin in the middle. Its last
// row proves nothing then.
func TestTopicThatBeginsInTheMiddleIsRefused(t *testing.T) {
	from, to := producer.Config{AreaFlags: denver, Kafka: kafka(t)}, producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	from.Input = write(t, "", csv(1, 10))
	to.Input = from.Input
	run(t, from)
	to.Limit = 1 // makes the topic …
	to.Input = write(t, "", csv(1, 0))
	run(t, to)
	to.Input, to.Limit = from.Input, 0
	for _, r := range dump(t, from.Kafka)[0][4:] { // … which begins with row 5
		produce(t, to.Kafka, &kgo.Record{Key: []byte(r.key), Value: []byte(r.value), Headers: []kgo.RecordHeader{{
			Key: "hotspot", Value: fmt.Appendf(nil, "2 %d %d %s %s %t %s", r.row, r.line, r.chain, r.area, r.invented, r.title),
		}}})
	}
	refuse(t, to, "begins with row 5", "--fresh")
}

func TestAddedPartitionsMakeNoHole(t *testing.T) {
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	c.Partitions, c.Input = 2, write(t, "", csv(1, 40))
	run(t, c)
	addPartitions(t, c.Kafka, 5)
	write(t, c.Input, csv(1, 60))
	for {
		s := run(t, c)
		if s.Sent == 0 {
			break
		}
	}
	rows := map[int64]bool{}
	for _, part := range dump(t, c.Kafka) {
		for _, r := range part {
			rows[r.row] = true
		}
	}
	if len(rows) != 60 {
		t.Errorf("%d different rows, want 60", len(rows))
	}
}

func TestInputs(t *testing.T) {
	zipped := func(b []byte) []byte {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		w.Write(b)
		w.Close()
		return z.Bytes()
	}
	for _, tt := range []struct {
		name  string
		input []byte
		rows  int      // that are sent
		want  []string // of the usage error
	}{
		{"C01 byte order mark", append([]byte("\xef\xbb\xbf"), csv(1, 5)...), 5, nil},
		{"C04 no final newline", bytes.TrimSuffix(csv(1, 5), []byte("\n")), 5, nil},
		{"C17 empty", nil, 0, []string{"header"}},
		{"C18 header only", csv(1, 0), 0, nil},
		{"C24 tabs", bytes.ReplaceAll(csv(1, 5), []byte(","), []byte("\t")), 0, []string{"tab"}},
		{"C40 gzip", zipped(csv(1, 3000)), 3000, nil},
		{"C41 gzip, cut off", zipped(csv(1, 3000))[:9000], -1, []string{"crime.csv"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
			c.Input = write(t, "", tt.input)
			var s producer.Summary
			if tt.want == nil {
				s = run(t, c)
			} else {
				s = refuse(t, c, tt.want...)
			}
			if tt.rows < 0 {
				tt.rows = int(s.Rows)
				if s.Rows < 100 || s.Rows >= 3000 {
					t.Errorf("%d rows before the cut", s.Rows)
				}
			}
			if s.Acknowledged != int64(tt.rows) {
				t.Errorf("%d rows acknowledged, want %d", s.Acknowledged, tt.rows)
			}
			if tt.rows > 0 {
				checkTopic(t, dump(t, c.Kafka), tt.rows, "untitled", false)
			}
		})
	}
	dir := t.TempDir()
	c := producer.Config{AreaFlags: denver, Kafka: kafka(t)}
	for _, tt := range []struct{ name, input, want string }{
		{"C42 directory", dir, "directory"},
		{"C42 missing", filepath.Join(dir, "nowhere.csv"), "nowhere.csv"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c.Input = tt.input
			refuse(t, c, tt.want)
		})
	}
}
