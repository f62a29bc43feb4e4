package api_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"hotspot/internal/api"
)

// city is a folder of batches of 5,000 rows, three in four of them an
// incident's only one.
func city(b *testing.B, batches int) *folder {
	b.Helper()
	const size = 5000
	f := emptyFolder(b, size)
	for n := range batches {
		rows := make([]row, size)
		for i := range rows {
			k := n*size + i
			rows[i] = row{
				incident: fmt.Sprint(201910000000 + k - k%4/3), offense: fmt.Sprint(201910000000230500 + k),
				kind: "theft-of-bicycle", category: "larceny",
				lon: fmt.Sprintf("%.7f", -105+float64(k%4000)/10000), lat: fmt.Sprintf("%.7f", 39.6+float64(k%3000)/10000),
			}
		}
		f.publishBatch(rows)
		f.publishModel(n + 1)
	}
	return f
}

// nobody takes an answer and forgets it.
type nobody struct{ header http.Header }

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(p []byte) (int, error) { return len(p), nil }
func (n *nobody) WriteHeader(int)             {}

// BenchmarkClusterRoute is the handler alone, from URL to bytes.
func BenchmarkClusterRoute(b *testing.B) {
	for _, batches := range []int{3, 15} {
		s := loaded(b, city(b, batches).dir)
		for name, path := range map[string]string{"known": "/model1/201910000004/cluster", "unknown": "/model1/5/cluster"} {
			b.Run(fmt.Sprintf("batches=%d/crime=%s", batches, name), func(b *testing.B) {
				r, err := http.NewRequest(http.MethodGet, "http://localhost"+path, nil)
				if err != nil {
					b.Fatal(err)
				}
				w := &nobody{http.Header{}}
				b.ReportAllocs()
				for b.Loop() {
					s.ServeHTTP(w, r)
				}
			})
		}
	}
}

// BenchmarkAround is the cluster route with all that is around its handler:
// request id, metrics, recovery, and the access log off and on.
func BenchmarkAround(b *testing.B) {
	dir := city(b, 3).dir
	for _, bb := range []struct {
		name string
		s    *api.Server
	}{{"log=off", loaded(b, dir)}, {"log=on", watched(b, dir, io.Discard)}} {
		b.Run(bb.name, func(b *testing.B) {
			r, err := http.NewRequest(http.MethodGet, "http://localhost/model1/201910000004/cluster", nil)
			if err != nil {
				b.Fatal(err)
			}
			w := &nobody{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				bb.s.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkConnection is whole requests over kept-alive connections, beside a
// bare net/http handler that writes the same bytes: the goal is 70 % of its
// requests a second.
func BenchmarkConnection(b *testing.B) {
	f := city(b, 3)
	const path = "/model1/201910000004/cluster"
	s := loaded(b, f.dir)
	same := get(s, path)
	header, body := same.Header(), same.Body.Bytes()
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = header["Content-Type"]
		w.Write(body)
	})
	for _, server := range []struct {
		name    string
		handler http.Handler
	}{{"bare", bare}, {"api", s}} {
		b.Run("server="+server.name, func(b *testing.B) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			srv := &http.Server{Handler: server.handler}
			ended := make(chan error)
			go func() { ended <- srv.Serve(l) }()
			defer func() { srv.Close(); <-ended }()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				ask, err := net.Dial("tcp", l.Addr().String())
				if err != nil {
					b.Error(err)
					return
				}
				defer ask.Close()
				r := bufio.NewReader(ask)
				for pb.Next() {
					io.WriteString(ask, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
					if err := skip(r); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// skip reads one answer and allocates nothing.
func skip(r *bufio.Reader) error {
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			_, err := r.Discard(length)
			return err
		}
		const name = "Content-Length: "
		if strings.HasPrefix(string(line), name) {
			for _, c := range line[len(name) : len(line)-2] {
				length = 10*length + int(c-'0')
			}
		}
	}
}

// BenchmarkLoad is the first look at a folder: from the start of a program to
// its first answer.
func BenchmarkLoad(b *testing.B) {
	for _, batches := range []int{1, 15} {
		b.Run(fmt.Sprintf("batches=%d", batches), func(b *testing.B) {
			f := city(b, batches)
			b.ReportAllocs()
			for b.Loop() {
				s, err := api.New(slog.New(slog.DiscardHandler), config(f.dir))
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Load(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(5000*batches*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkPoll is a look at a folder in which nothing has changed.
func BenchmarkPoll(b *testing.B) {
	s := loaded(b, city(b, 15).dir)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Load(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
