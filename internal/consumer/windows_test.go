package consumer_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

// on are the times of n rows of a day, an hour apart as far as it has hours.
func on(day string, n int) (reported []string) {
	for i := range n {
		reported = append(reported, fmt.Sprintf("%sT%02d:%02d:00", day, i%24, i%60))
	}
	return reported
}

func join(lists ...[]string) (all []string) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// window is what a test wants of a batch: "week of 9 Sep 2024", rows and late rows.
type window struct {
	name       string
	rows, late int
}

// aCity is three weeks with rows and two without, which begin before 1970, with
// rows that are late; the last week stays open.
var aCity = join(on("1969-12-30", 40), on("1970-01-02", 25), on("1970-01-05", 30), on("1970-01-01", 2), on("1970-01-11", 8),
	on("1970-01-26", 50), on("1969-12-31", 1), on("1970-01-27", 4), on("1970-02-03", 12))

var aCityByWeek = []window{
	{"week of 29 Dec 1969", 65, 0}, {"week of 5 Jan 1970", 40, 2}, {"week of 12 Jan 1970", 0, 0}, {"week of 19 Jan 1970", 0, 0}, {"week of 26 Jan 1970", 55, 1},
}

func byCalendar(c consumer.Config, by batch.By) consumer.Config {
	c.BatchBy, c.BatchSize = by, 0
	return c
}

// checkWindows compares the batches of a folder and their models with what is wanted.
func checkWindows(t *testing.T, dir string, want []window) {
	t.Helper()
	d, err := durable.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	manifests, err := batch.OpenFolder(d).Manifests()
	if err != nil || len(manifests) != len(want) {
		t.Fatalf("%d manifests, %v, want %d", len(manifests), err, len(want))
	}
	row := int64(1)
	for i, m := range manifests {
		if got := (window{m.Window.String(), m.Rows, m.Window.Late}); got != want[i] || m.Batch != i+1 || m.FirstRow != row || m.BatchSize != 0 {
			t.Errorf("batch %d from row %d is %+v, want %+v from row %d", m.Batch, m.FirstRow, got, want[i], row)
		}
		row += int64(m.Rows)
		mod, _, err := model.OpenFolder(d).Read(m.Batch)
		if err != nil {
			t.Fatal(err)
		}
		if mod.Batch.Window != m.Window || (mod.Status == model.Untrainable) != (m.Rows < 5) {
			t.Errorf("model %d of %+v is %s: %q", m.Batch, mod.Batch.Window, mod.Status, mod.Reason)
		}
	}
}

func TestABatchEndsWithTheCalendar(t *testing.T) {
	for _, tt := range []struct {
		name     string
		by       batch.By
		reported []string
		want     []window
	}{
		{"weeks", batch.ByWeek, aCity, aCityByWeek},
		{"days", batch.ByDay, join(on("2024-02-28", 9), on("2024-03-01", 7), on("2024-02-29", 1), on("2024-03-02", 1)), []window{
			{"28 Feb 2024", 9, 0}, {"29 Feb 2024", 0, 0}, {"1 Mar 2024", 8, 1},
		}},
		{"months after 2100", batch.ByMonth, join(on("2100-02-28", 9), on("2100-03-01", 7), on("2100-05-31", 1), on("2100-06-01", 1)), []window{
			{"Feb 2100", 9, 0}, {"Mar 2100", 7, 0}, {"Apr 2100", 0, 0}, {"May 2100", 1, 0},
		}},
		{"399 days without a row", batch.ByDay, join(on("2023-01-01", 9), on("2024-02-05", 1)), append(
			[]window{{"1 Jan 2023", 9, 0}}, emptyDays("2023-01-02", 399)...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			messages := rowsReported(t, tt.reported, 1, "Test")
			top, c := topic(t, 1)
			send(t, top, messages...)
			c = byCalendar(c, tt.by)
			if err := consume(t, c, len(tt.want)); err != nil {
				t.Fatal(err)
			}
			checkWindows(t, c.Dir, tt.want)
			// Three partitions, begun again after every batch, and the topic in two parts.
			top, again := topic(t, 3)
			again = byCalendar(again, tt.by)
			send(t, top, messages[:len(messages)/2]...)
			send(t, top, messages[len(messages)/2:]...)
			for n := 1; n <= len(tt.want); n += 1 + len(tt.want)/10 {
				if err := consume(t, again, n); err != nil {
					t.Fatal(err)
				}
			}
			if err := consume(t, again, len(tt.want)); err != nil {
				t.Fatal(err)
			}
			testkit.SameFolder(t, c.Dir, again.Dir)
			if letters := deadLetters(t, again.Dir); len(letters) > 0 {
				t.Errorf("dead letters %+v", letters)
			}
		})
	}
}

func emptyDays(first string, n int) (want []window) {
	day, err := time.Parse(time.DateOnly, first)
	if err != nil {
		panic(err)
	}
	for i := range n {
		want = append(want, window{name: day.AddDate(0, 0, i).Format("2 Jan 2006")})
	}
	return want
}

// A file grows by a day after the other, and the consumer is started again for each:
// the batches are those of the file as a whole.
func TestAFileThatGrowsHasTheSameWeeks(t *testing.T) {
	messages := rowsReported(t, aCity, 1, "Test")
	top, want := topic(t, 1)
	send(t, top, messages...)
	want = byCalendar(want, batch.ByWeek)
	if err := consume(t, want, len(aCityByWeek)); err != nil {
		t.Fatal(err)
	}
	top, c := topic(t, 2)
	c = byCalendar(c, batch.ByWeek)
	for begin, end := 0, 0; begin < len(messages); begin = end {
		for end < len(messages) && aCity[end][:10] == aCity[begin][:10] {
			end++
		}
		send(t, top, messages[begin:end]...)
		weeks := weeksOf(aCity[:end])
		if whole := len(weeks) - 1; whole > 0 {
			if err := consume(t, c, whole); err != nil {
				t.Fatal(err)
			}
		}
		m := flushed(t, c, len(weeks), weeks[len(weeks)-1].rows)
		if got := (window{m.Batch.Window.String(), m.Rows.Total, m.Batch.Window.Late}); !m.Provisional || got != weeks[len(weeks)-1] {
			t.Errorf("the open week is %+v, want %+v", got, weeks[len(weeks)-1])
		}
	}
	flushed(t, c, len(aCityByWeek)+1, 12)
	for _, name := range provisionalFiles(t, c.Dir) {
		if err := os.Remove(filepath.Join(c.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	testkit.SameFolder(t, want.Dir, c.Dir)
}

// weeksOf are the weeks of rows, the open one last.
func weeksOf(reported []string) (weeks []window) {
	latest := ""
	for _, r := range reported {
		late := r < batch.ByWeek.Window(max(latest, r)).First
		latest = max(latest, r)
		open := batch.ByWeek.Window(latest)
		for len(weeks) == 0 || weeks[len(weeks)-1].name != open.String() {
			next := batch.ByWeek.Window(reported[0])
			for range weeks {
				next = next.Next()
			}
			weeks = append(weeks, window{name: next.String()})
		}
		w := &weeks[len(weeks)-1]
		w.rows++
		if late {
			w.late++
		}
	}
	return weeks
}

// Messages that are no rows, and rows that come twice, lie around the row that
// closes a week. Nothing of them is lost or counted twice for good.
func TestWhatComesAroundTheRowThatClosesAWeek(t *testing.T) {
	messages := rowsReported(t, aCity, 1, "Test")
	top, want := topic(t, 1)
	send(t, top, messages...)
	want = byCalendar(want, batch.ByWeek)
	if err := consume(t, want, len(aCityByWeek)); err != nil {
		t.Fatal(err)
	}
	none := stream.Message{Key: []byte("1"), Value: []byte("no row")}
	disturbed := messagesOf(messages[:65], none, messages[64], messages[65], none, messages[65], messages[66:])
	for _, partitions := range []int{1, 3} {
		top, c := topic(t, partitions)
		c = byCalendar(c, batch.ByWeek)
		send(t, top, disturbed...)
		for n := range len(aCityByWeek) {
			if err := consume(t, c, n+1); err != nil {
				t.Fatal(err)
			}
		}
		testkit.SameFolder(t, want.Dir, c.Dir)
		if letters := deadLetters(t, c.Dir); len(letters) != 2 {
			t.Errorf("%d partitions: %d dead letters, want 2: %+v", partitions, len(letters), letters)
		}
	}
}

func messagesOf(parts ...any) (all []stream.Message) {
	for _, p := range parts {
		switch p := p.(type) {
		case stream.Message:
			all = append(all, p)
		case []stream.Message:
			all = append(all, p...)
		}
	}
	return all
}

// The position stands behind the last row of a closed batch, not behind what is no
// row: a topic of somebody else, whose beginning is gone, is gone on with.
func TestAForeignTopicGoesOnAfterAWeekThatEndsWithNoRow(t *testing.T) {
	top, c := foreignTopic(t, 0)
	c = byCalendar(c, batch.ByDay)
	row := func(id int, day string) stream.Message {
		return stream.Message{Value: fmt.Appendf(nil, `{"id": %d, "date": "%s 01:00:00 AM", "primary_type": "THEFT", "location": {"latitude": 39.7, "longitude": -104.9}}`, id, day)}
	}
	none := stream.Message{Value: []byte(`{"id":"none"}`)}
	send(t, top, row(1, "07/01/2020"), row(2, "07/01/2020"), none, row(3, "07/02/2020"), row(4, "07/03/2020"))
	if err := consume(t, c, 1); err != nil {
		t.Fatal(err)
	}
	testkit.DeleteBefore(t, c.Kafka.Brokers, c.Kafka.Topic, 0, 1) // offset 1, row 2, is the first one left
	if err := consume(t, c, 2); err != nil {
		t.Fatal(err)
	}
	checkWindows(t, c.Dir, []window{{"1 Jul 2020", 2, 0}, {"2 Jul 2020", 1, 0}})
	if letters := deadLetters(t, c.Dir); len(letters) != 1 {
		t.Errorf("dead letters %+v, want one", letters)
	}
}

func TestARowThatCannotBeInAWindowHalts(t *testing.T) {
	for _, tt := range []struct {
		name     string
		by       batch.By
		reported []string
		reason   string
		says     []string
	}{
		{"401 days", batch.ByDay, join(on("2023-01-01", 9), on("2024-02-06", 1)), consumer.HaltWindow, []string{"2024-02-06T00:00:00", "401 days", "1 Jan 2023", "at most 400", "--batch-by rows"}},
		{"401 weeks", batch.ByWeek, join(on("2012-01-02", 9), on("2019-09-09", 1)), consumer.HaltWindow, []string{"2019-09-09T00:00:00", "401 weeks", "week of 2 Jan 2012"}},
		{"401 months", batch.ByMonth, join(on("1969-12-31", 9), on("2003-05-01", 1)), consumer.HaltWindow, []string{"2003-05-01T00:00:00", "401 months", "Dec 1969"}},
		{"the end of time", batch.ByDay, join(on("1000-01-01", 9), on("9999-12-31", 1)), consumer.HaltWindow, []string{"9999-12-31T00:00:00", "1 Jan 1000"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			top, c := topic(t, 1)
			c = byCalendar(c, tt.by)
			send(t, top, rowsReported(t, tt.reported, 1, "Test")...)
			wantHalt(t, c, tt.reason, tt.says...)
			if files := testkit.Whole(t, c.Dir); len(files) > 0 {
				t.Errorf("%v were written", files)
			}
		})
	}
}

func wantHalt(t *testing.T, c consumer.Config, reason string, says ...string) {
	t.Helper()
	err := consume(t, c, 9)
	var halt *consumer.HaltError
	if !errors.As(err, &halt) || halt.Reason != reason {
		t.Fatalf("%v, want a halt: %s", err, reason)
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%v; want %q", err, s)
		}
	}
}

func TestAFolderByTheCalendarCanBeginLater(t *testing.T) {
	messages := rowsReported(t, aCity, 1, "Test")
	top, want := topic(t, 1)
	send(t, top, messages...)
	want = byCalendar(want, batch.ByWeek)
	if err := consume(t, want, len(aCityByWeek)); err != nil {
		t.Fatal(err)
	}
	top, c := topic(t, 1)
	c = byCalendar(c, batch.ByWeek)
	spread(t, top, c, messages, []int{64}) // row 65, the last one of the first week, is the first one left
	wantHalt(t, c, consumer.HaltGap, "--from-row ROW --from-batch BATCH")
	inside := c
	inside.FromRow, inside.FromBatch = 67, 2
	wantHalt(t, inside, consumer.HaltWindow, "row 67, reported 1970-01-05T01:01:00, does not begin a batch (week of 5 Jan 1970)", "1970-01-05T00:00:00")
	c.FromRow, c.FromBatch = 66, 2
	for _, n := range []int{2, 4, 5} {
		if err := consume(t, c, n); err != nil {
			t.Fatal(err)
		}
	}
	for n := 2; n <= 5; n++ {
		testkit.SameFile(t, want.Dir, c.Dir, batch.CSVName(n))
		testkit.SameFile(t, want.Dir, c.Dir, batch.ManifestName(n))
	}
	if m := manifest(t, c.Dir, 2); m.Transport.FromRow != 66 || !m.Begins() {
		t.Errorf("manifest %+v", m)
	}
	c.FromBatch = 3
	if err := consume(t, c, 5); !usage.Is(err) || !strings.Contains(err.Error(), "begins with batch 2, not with --from-batch 3") {
		t.Errorf("with another --from-batch: %v", err)
	}
}

// A folder belongs to where its batches end.
func TestAnotherBatchByNeedsAnotherFolder(t *testing.T) {
	top, c := topic(t, 1)
	send(t, top, rowsReported(t, aCity, 1, "Test")...)
	c = byCalendar(c, batch.ByWeek)
	if err := consume(t, c, 1); err != nil {
		t.Fatal(err)
	}
	for _, by := range []batch.By{batch.ByRows, batch.ByDay, batch.ByMonth} {
		other := c
		other.BatchBy = by
		says := "--batch-by " + string(by)
		if by == batch.ByRows {
			other.BatchSize = size
			says = fmt.Sprintf("--batch-size %d", size)
		}
		if err := consume(t, other, 2); !usage.Is(err) || !strings.Contains(err.Error(), "was made with --batch-by week, not with "+says) {
			t.Errorf("by %s: %v", by, err)
		}
	}
}

func TestWindowFlagsThatCannotBe(t *testing.T) {
	for _, tt := range []struct {
		change func(*consumer.Config)
		says   string
	}{
		{func(c *consumer.Config) { c.BatchBy = "year" }, `--batch-by "year": want rows, day, week or month`},
		{func(c *consumer.Config) { c.BatchBy, c.BatchSize = batch.ByWeek, 100 }, "--batch-size 100: with --batch-by week a batch ends with the week"},
		{func(c *consumer.Config) { c.BatchBy, c.FromRow = batch.ByWeek, 66 }, "--from-row 66 and --from-batch 1"},
		{func(c *consumer.Config) { c.BatchBy, c.FromBatch = batch.ByWeek, 2 }, "--from-row 1 and --from-batch 2"},
		{func(c *consumer.Config) { c.FromBatch, c.FromRow = 2, 5001 }, "with --batch-by rows --from-row says"},
		{func(c *consumer.Config) { c.BatchBy, c.FromRow, c.FromBatch, c.Batches = batch.ByDay, 66, 4, 3 }, "--batches 3: row 66 begins batch 4"},
	} {
		c := consumer.Config{Dir: "out", Kafka: stream.Config{Brokers: []string{"127.0.0.1:1"}, Topic: "t"}}
		tt.change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Validate: %v, want %q", err, tt.says)
		}
	}
}
