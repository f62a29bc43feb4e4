// Package stream is the topic: messages in and out of Kafka.
package stream

import (
	"context"
	"errors"
	"log/slog"
)

// What a caller branches on.
var (
	ErrNoTopic    = errors.New("topic does not exist")
	ErrNotThere   = errors.New("no record at this offset")
	ErrOutOfRange = errors.New("offset is outside the log")
)

// Header is one header of a message.
type Header struct {
	Key   string
	Value []byte
}

// Message is one record of the topic.
type Message struct {
	Partition  int
	Offset     int64
	Key, Value []byte
	Headers    []Header
}

// Range is what a partition holds: the offsets from First to End-1.
type Range struct{ First, End int64 }

// Topic is one topic of a cluster.
type Topic struct{}

func Open(c Config, log *slog.Logger) (*Topic, error)                                 { panic("soon") }
func (t *Topic) Name() string                                                         { panic("soon") }
func (t *Topic) Log() *slog.Logger                                                    { panic("soon") }
func (t *Topic) Create(ctx context.Context, partitions int) error                     { panic("soon") }
func (t *Topic) Delete(ctx context.Context) error                                     { panic("soon") }
func (t *Topic) Ranges(ctx context.Context) ([]Range, error)                          { panic("soon") }
func (t *Topic) At(ctx context.Context, partition int, offset int64) (Message, error) { panic("soon") }
func (t *Topic) Last(ctx context.Context, partition int) (Message, bool, error)       { panic("soon") }
func (t *Topic) Commit(ctx context.Context, group string, next map[int]int64) error   { panic("soon") }
func (t *Topic) Close() error                                                         { panic("soon") }

// Writer appends messages.
type Writer struct{}

func (t *Topic) NewWriter(chunk bool) *Writer                  { panic("soon") }
func (w *Writer) Write(ctx context.Context, m []Message) error { panic("soon") }
func (w *Writer) Close() error                                 { panic("soon") }

// Reader reads one partition.
type Reader struct{}

func (t *Topic) NewReader(partition int, offset int64) *Reader { panic("soon") }
func (r *Reader) Next(ctx context.Context) (Message, error)    { panic("soon") }
func (r *Reader) End() int64                                   { panic("soon") }
func (r *Reader) Close() error                                 { panic("soon") }

func Partition(key []byte, n int) int { panic("soon") }

func Retry(ctx context.Context, log *slog.Logger, what string, f func(ctx context.Context) error) error {
	panic("soon")
}

func Fatal(err error) bool { panic("soon") }
