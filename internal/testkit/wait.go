package testkit

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"testing"
	"time"
)

// Patience is how long a very busy machine may take for what is done at once on
// a quiet one. It ends tests that would else hang; it is no promise of a speed.
const Patience = 3 * time.Minute

// Eventually asks until done is true. When Patience ends first, the test fails
// and says what was waited for.
func Eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(Patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", Patience, what)
		}
	}
}

// Get asks for a URL. status is 0, and body what was wrong, when there was no
// whole answer.
func Get(url string) (status int, body string) {
	client := http.Client{Timeout: Patience}
	res, err := client.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(data)
}

// FreeAddress is an address of this machine that nobody listens on, for a
// server that must be known before it starts, or start again where it was; any
// other one listens on port 0.
//
// It lies below the ports that systems give to clients, for a client there can
// be connected to itself, below those of which an embedded broker takes one that
// is free (from 10000 on), and beside those of the roles. Until the test ends the
// UDP port of the same number is held, which keeps the tests of other processes
// away from it: a thousand ports suffice.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 10000 {
		address := fmt.Sprintf("127.0.0.1:%d", 7000+rand.IntN(1000))
		guard, err := net.ListenPacket("udp", address)
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			guard.Close()
			continue
		}
		l.Close()
		t.Cleanup(func() { guard.Close() })
		return address
	}
	t.Fatal("no free port from 7000 to 7999")
	return ""
}

// PortOf is the number in an address of FreeAddress.
func PortOf(t testing.TB, address string) int {
	t.Helper()
	a, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return a.Port
}
