package stream

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	fetchapi "github.com/segmentio/kafka-go/protocol/fetch"

	"hotspot/internal/testkit/memtest"
)

// A broker, or what stands in its place, may answer anything.
func TestAnswersToAFetchThatAreNone(t *testing.T) {
	head := func(length int32, id uint32) string {
		return string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(length)), id))
	}
	for _, tt := range []struct{ name, answer, want string }{
		{"nothing", "", "EOF"},
		{"another request's", head(100, 7), "id 7"},
		{"2 GiB", head(1<<31-1, 1), "2147483647 bytes"},
		{"less than none", head(-5, 1), "-5 bytes"},
		{"cut off", head(100, 1) + "\x00\x00", "unexpected EOF"},
		{"short of its members", head(6, 1) + "\x00\x00", "unexpected EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &fetchRequest{Request: fetchapi.Request{Topics: []fetchapi.RequestTopic{{Topic: "t"}}}, version: 11}
			wire := struct {
				io.Reader
				io.Writer
			}{strings.NewReader(tt.answer), &bytes.Buffer{}}
			var err error
			memtest.Bounded(t, func() { _, err = r.RawExchange(wire) })
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want one with %q", err, tt.want)
			}
		})
	}
}
