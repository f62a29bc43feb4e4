package producer

import (
	"hotspot/internal/crime"
	"hotspot/internal/stream"
)

const (
	// What fits into one request of a stream.Writer: some 1,600 rows of the city.
	requestRows  = 2000
	requestBytes = 900_000
	// With pauses each row is a request of its own, and reading far ahead has
	// no use.
	pausedRows = 64
)

// request is messages that go to the topic together. Their bytes lie in one
// block, their headers in one slice; when these grow, what was made before keeps
// the old ones.
type request struct {
	messages []stream.Message
	headers  []stream.Header
	block    []byte
	bytes    int
}

// newRequest has room for so many rows, or for requestBytes.
func newRequest(rows int) *request {
	return &request{
		messages: make([]stream.Message, 0, rows),
		headers:  make([]stream.Header, 0, rows),
		block:    make([]byte, 0, requestBytes/requestRows*rows),
	}
}

// add makes the message of a row; it copies key and value.
func (r *request) add(key string, value []byte, header crime.Header) {
	begin := len(r.block)
	r.block = append(r.block, key...)
	k := len(r.block)
	r.block = append(r.block, value...)
	v := len(r.block)
	r.block = header.Append(r.block)
	b, h := r.block, len(r.headers)
	r.headers = append(r.headers, stream.Header{Key: crime.HeaderKey, Value: b[v:len(b):len(b)]})
	r.messages = append(r.messages, stream.Message{Key: b[begin:k:k], Value: b[k:v:v], Headers: r.headers[h : h+1 : h+1]})
	r.bytes += len(b) - begin + 60
}
