package harness_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hotspot/internal/testkit"
)

// G11: clients that send their request's header a byte at a time are cut, the
// others are answered meanwhile, and the descriptors come back.
func TestSlowClientsAreCut(t *testing.T) {
	t.Parallel()
	const rows, size = 600, 300
	w := undisturbed(t, rows, size)
	dir := made(t, w.input, rows, size, 3)
	path := fmt.Sprintf("/model2/%s/cluster", incidents(t, dir, 2, 1)[0])
	counts, pace := []int{100}, 3*time.Second
	if n := times(t, "HARNESS_SLOW", 0); n > 0 {
		counts, pace = []int{n / 5, n}, 8*time.Second
	}
	for _, n := range counts {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p, url := serve(t, dir, path)
			base := descriptors(t, p)
			calm := paced(t, url+path, time.Second)
			s := slowClients{address: p.spec.Listen, stop: make(chan struct{})}
			s.begin(n)
			busy := paced(t, url+path, pace)
			testkit.Eventually(t, "half of the slow connections are cut", func() bool { return s.cut.Load() >= int64(n)/2 })
			held := s.held.Load()
			close(s.stop)
			began := time.Now()
			testkit.Eventually(t, "the descriptors come back", func() bool { return descriptors(t, p) <= base+16 })
			back := time.Since(began)
			s.all.Wait()
			t.Logf("%d slow connections (%d at the end, %d in all): p99 of the others %s (%s without), slow ones cut after %s at most, descriptors back in %s",
				n, held, s.opened.Load(), busy.percentile(.99), calm.percentile(.99), time.Duration(s.longest.Load()).Round(10*time.Millisecond), back.Round(10*time.Millisecond))
		})
	}
}

// paced asks on eight connections, a hundred times a second on each.
func paced(t *testing.T, url string, d time.Duration) *load {
	t.Helper()
	l := &load{}
	transport := &http.Transport{MaxIdleConnsPerHost: 8, MaxConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 20 * time.Second}
	var clients sync.WaitGroup
	end := time.Now().Add(d)
	for range 8 {
		clients.Go(func() {
			for time.Now().Before(end) {
				began := time.Now()
				resp, err := client.Get(url)
				if err != nil {
					t.Errorf("beside slow clients: %v", err)
					return
				}
				io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				took := time.Since(began)
				if resp.StatusCode != http.StatusOK {
					t.Errorf("beside slow clients: %s", resp.Status)
				}
				l.mu.Lock()
				l.took = append(l.took, took)
				l.mu.Unlock()
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	clients.Wait()
	return l
}

// slowClients keep connections open: one that is cut comes again.
type slowClients struct {
	address string
	stop    chan struct{}
	all     sync.WaitGroup

	opened, held, cut, longest atomic.Int64
}

// begin returns when all have been open at once, or nearly: a server may cut
// the first ones before the last ones came.
func (s *slowClients) begin(n int) {
	opening := make(chan struct{}, 64)
	for range n {
		s.all.Go(func() {
			for {
				select {
				case <-s.stop:
					return
				default:
				}
				opening <- struct{}{}
				c, err := net.DialTimeout("tcp", s.address, 10*time.Second)
				<-opening
				if err != nil {
					time.Sleep(100 * time.Millisecond)
					continue
				}
				s.opened.Add(1)
				s.held.Add(1)
				s.drip(c)
				s.held.Add(-1)
				time.Sleep(250 * time.Millisecond)
			}
		})
	}
	for end := time.Now().Add(10 * time.Second); s.opened.Load() < int64(n) && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
}

// drip sends a byte every half second until the server has enough of it.
func (s *slowClients) drip(c net.Conn) {
	defer c.Close()
	began := time.Now()
	text := "GET /models HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
	for {
		if _, err := io.WriteString(c, text); err != nil {
			break
		}
		text = "a"
		select {
		case <-s.stop:
			return
		default:
		}
		c.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		_, err := c.Read(make([]byte, 512))
		if timeout, ok := err.(net.Error); err != nil && !(ok && timeout.Timeout()) {
			break
		}
	}
	s.cut.Add(1)
	for took := int64(time.Since(began)); ; {
		old := s.longest.Load()
		if took <= old || s.longest.CompareAndSwap(old, took) {
			return
		}
	}
}

// descriptors counts the open files of a child.
func descriptors(t testing.TB, p *process) int {
	t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
