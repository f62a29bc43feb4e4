package consumer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"hotspot/internal/crime"
	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/durable"
)

// deadLettersName is the file of messages that are no rows (docs/formats.md).
const deadLettersName = "dead-letters.ndjson"

// maxDeadLetters bounds what is read back at the start; a longer file
// is refused.
const maxDeadLetters = 1 << 30

// DeadLetter is a message that is no row: one line of the file.
type DeadLetter struct {
	Topic     string       `json:"topic"`
	Partition int          `json:"partition"`
	Offset    int64        `json:"offset"`
	Reason    string       `json:"reason"`
	Detail    string       `json:"detail"` // what is wrong with it, more exactly; "" says no more than Reason
	Key       []byte       `json:"key"`    // base64, as encoding/json writes bytes
	Headers   []DeadHeader `json:"headers"`
	Value     []byte       `json:"value"`
}

// DeadHeader is a header of such a message.
type DeadHeader struct {
	Key   string `json:"key"`
	Value []byte `json:"value"`
}

// deadLetters appends to the file: each message once, also when the consumer
// dies and reads it again, and synced before the position moves.
type deadLetters struct {
	consumer
	seen  map[position]bool
	count map[string]int // of this run, by reason
}

type position struct {
	topic     string
	partition int
	offset    int64
}

func openDeadLetters(c consumer) (*deadLetters, error) {
	d := &deadLetters{c, map[position]bool{}, map[string]int{}}
	data, err := c.folder.dir.Read(deadLettersName, maxDeadLetters)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		var l DeadLetter
		// A last line without its newline is cut off by the next append, also
		// when all but the newline is there.
		if bytes.HasSuffix(line, []byte("\n")) && json.Unmarshal(line, &l) == nil {
			d.seen[position{l.Topic, l.Partition, l.Offset}] = true
		}
	}
	return d, nil
}

// setAside counts a message that is no row, and sets it aside.
func (s *sequencer) setAside(ctx context.Context, it *item) error {
	if s.builder == nil && errors.Is(it.why, crime.ErrOlder) {
		return s.halt(HaltChain, it, s.rows.next, s.because("older-topic"))
	}
	s.deadCount++
	if s.dead++; s.dead == 1 {
		s.firstDead = it.dead
		if it.why != nil {
			s.firstDead += ": " + it.why.Error()
		}
	}
	return s.letters.add(ctx, it)
}

// add sets a message aside and returns when it is on disk. A disk that is
// full is waited for.
func (d *deadLetters) add(ctx context.Context, it *item) error {
	m, reason := &it.message, it.dead
	at := position{d.topic.Name(), m.Partition, m.Offset}
	d.status.metrics.deadLetters.WithLabelValues(reason).Inc()
	if d.seen[at] {
		return nil
	}
	l := DeadLetter{
		Topic: at.topic, Partition: m.Partition, Offset: m.Offset, Reason: reason, Detail: it.detail(),
		Key: append([]byte{}, m.Key...), Value: append([]byte{}, m.Value...), Headers: []DeadHeader{},
	}
	for _, h := range m.Headers {
		l.Headers = append(l.Headers, DeadHeader{h.Key, h.Value})
	}
	line, err := json.Marshal(l)
	if err != nil {
		return err
	}
	err = d.retryDisk(ctx, func() error { return d.folder.dir.Append(deadLettersName, append(line, '\n')) })
	if err != nil {
		return err
	}
	d.seen[at] = true
	if d.count[reason]++; d.count[reason] > 10 && d.count[reason]&(d.count[reason]-1) != 0 {
		return nil // from the 17th on each power of two: one bad topic does not fill the log
	}
	level := slog.LevelWarn
	if reason == deadConflict {
		level = slog.LevelError // somebody else writes to the topic, or it was damaged
	}
	log := d.log.With("row", it.header.Row, "reason", reason)
	if it.why != nil {
		log = log.With("why", it.why)
	}
	log.Log(ctx, level, "message set aside", "count", d.count[reason], "topic", at.topic, "partition", m.Partition, "offset", m.Offset, "file", deadLettersName)
	return nil
}

// DeadLetters calls f with every message that was set aside in the folder dir,
// in the order in which they came, and the line as it stands there. Without
// the file there are none, but in a folder that is there. A last line that a crash has torn is passed over;
// any other that is no dead letter is an error. It may be called while a
// consumer runs.
func DeadLetters(dir string, f func(l DeadLetter, line []byte) error) error {
	path := filepath.Join(dir, deadLettersName)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err = os.ReadDir(dir); err == nil {
			return nil
		}
		return cause.Folder(err, dir, durable.Why(err))
	}
	if err != nil {
		return fmt.Errorf("consumer: read the dead letters: %w", err)
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 1<<20)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("consumer: read the dead letters: %w", err)
		}
		var l DeadLetter
		if err := json.Unmarshal(line, &l); err != nil {
			return fmt.Errorf("consumer: %s:%d is no dead letter: %w", path, n, err)
		}
		if err := f(l, line); err != nil {
			return err
		}
	}
}
