package api_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/api"
	"hotspot/internal/platform/usage"
)

func TestValidate(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := file("secret", "s3cret\n")
	tests := []struct {
		name string
		o    api.Options
		want []string // what the error names; none is no error
	}{
		{"the defaults", api.Options{Listen: "127.0.0.1:6000", Web: "127.0.0.1:8080"}, nil},
		{"one address", api.Options{Listen: "localhost:6000"}, nil},
		{"IPv6", api.Options{Listen: "[::1]:6000"}, nil},
		{"all of loopback", api.Options{Listen: "127.8.8.8:6000"}, nil},
		{"no address", api.Options{}, []string{"--listen"}},
		{"no port", api.Options{Listen: "127.0.0.1"}, []string{"--listen 127.0.0.1: want HOST:PORT"}},
		{"no such port", api.Options{Listen: "127.0.0.1:70000"}, []string{"want a port"}},
		{"the same twice", api.Options{Listen: "127.0.0.1:6000", Web: "127.0.0.1:6000"}, []string{"--web 127.0.0.1:6000: the same"}},
		{"everywhere", api.Options{Listen: ":6000"}, []string{"--listen :6000", "--token-file", "--insecure-no-auth"}},
		{"everywhere, spelled out", api.Options{Listen: "0.0.0.0:6000"}, []string{"--listen 0.0.0.0:6000"}},
		{"the page everywhere", api.Options{Listen: "127.0.0.1:6000", Web: "[::]:8080"}, []string{"--web [::]:8080"}},
		{"a name can be anything", api.Options{Listen: "example.org:6000"}, []string{"--listen example.org:6000"}},
		{"everywhere with a token", api.Options{Listen: ":6000", TokenFile: secret}, nil},
		{"everywhere on purpose", api.Options{Listen: ":6000", InsecureNoAuth: true}, nil},
		{"no token file", api.Options{Listen: "127.0.0.1:6000", TokenFile: filepath.Join(dir, "none")}, []string{"--token-file"}},
		{"an empty token", api.Options{Listen: "127.0.0.1:6000", TokenFile: file("empty", "\n")}, []string{"is empty"}},
		{"two words", api.Options{Listen: "127.0.0.1:6000", TokenFile: file("two", "a b\n")}, []string{"not one word"}},
		{"two lines", api.Options{Listen: "127.0.0.1:6000", TokenFile: file("lines", "a\nb\n")}, []string{"more than one line"}},
		{"with a byte order mark", api.Options{Listen: "127.0.0.1:6000", TokenFile: file("bom", "\ufeffs3cret\r\n")}, nil},
		{"a folder", api.Options{Listen: "127.0.0.1:6000", TokenFile: dir}, []string{"is a directory"}},
		{"a long token", api.Options{Listen: "127.0.0.1:6000", TokenFile: file("long", strings.Repeat("x", 5000))}, []string{"longer than"}},
		{"a URL is no name", api.Options{Listen: "127.0.0.1:6000", AllowHost: []string{"http://x"}}, []string{`--allow-host "http://x"`}},
		{"a port is no name", api.Options{Listen: "127.0.0.1:6000", AllowHost: []string{"x:80"}}, []string{`--allow-host "x:80"`}},
		{"names", api.Options{Listen: "127.0.0.1:6000", AllowHost: []string{"crime.example.org", "10.0.0.7", "fd00::7", "[fd00::7]"}}, nil},
		{"origins", api.Options{Listen: "127.0.0.1:6000", AllowOrigin: []string{"http://localhost:3000", "https://Map.example.org", "http://[::1]:3000"}}, nil},
		{"every origin", api.Options{Listen: "127.0.0.1:6000", AllowOrigin: []string{"*"}}, []string{`--allow-origin "*": want http://HOST`}},
		{"a host is no origin", api.Options{Listen: "127.0.0.1:6000", AllowOrigin: []string{"localhost:3000"}}, []string{`--allow-origin "localhost:3000"`}},
		{"a page is no origin", api.Options{Listen: "127.0.0.1:6000", AllowOrigin: []string{"http://x/page"}}, []string{`--allow-origin "http://x/page"`}},
		{"all at once", api.Options{Listen: ":x", Web: "y", AllowHost: []string{""}}, []string{"--listen :x", "--web y", "--allow-host"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := api.Config{Options: tt.o, Dir: dir}.Validate()
			if (err == nil) != (tt.want == nil) {
				t.Fatalf("Validate() = %v, want %q", err, tt.want)
			}
			if err == nil {
				return
			}
			if !usage.Is(err) {
				t.Errorf("%v is no usage error", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Validate() = %v, want it to name %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the token is in the error: %v", err)
			}
		})
	}
	if err := (api.Config{Options: api.Options{Listen: "127.0.0.1:0"}}).Validate(); err == nil || !strings.Contains(err.Error(), "--dir") {
		t.Errorf("without --dir: %v", err)
	}
}

func TestATakenPortIsNamedWithTheWayToAFreeOne(t *testing.T) {
	for _, flag := range []string{"--listen", "--web"} {
		t.Run(flag, func(t *testing.T) {
			taken, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer taken.Close()
			address := taken.Addr().String()
			c := config(t.TempDir())
			if flag == "--listen" {
				c.Listen = address
			} else {
				c.Web = address
			}
			err = api.Run(t.Context(), quiet(), c)
			_, port, _ := net.SplitHostPort(address)
			want := "port " + port + " is taken (" + flag + " " + address + "); " + flag + " 127.0.0.1:0 takes one that is free"
			if err == nil || err.Error() != want {
				t.Errorf("Run = %v, want %s", err, want)
			}
			if usage.Is(err) {
				t.Error("a taken port is no usage error")
			}
		})
	}
}

func TestAContextThatHasEndedIsACleanStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := api.Run(ctx, quiet(), config(t.TempDir())); err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}

// ask is a GET under a name of the host, with an Authorization.
func ask(s http.Handler, path, host, authorization string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = host
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	s.ServeHTTP(w, r)
	return w
}

func TestNamesOfTheHost(t *testing.T) {
	f := newFolder(t, 1)
	c := config(f.dir)
	c.Listen, c.Web, c.InsecureNoAuth = "192.0.2.7:6000", "0.0.0.0:8080", true
	c.AllowHost = []string{"Crime.example.org.", "fd00:0::7", "[::ffff:10.0.0.7]"}
	s, err := api.New(quiet(), c)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s)
	for host, want := range map[string]int{
		"localhost": 200, "127.0.0.1:8080": 200, "[::1]:1": 200, "crime.example.org": 200, "Crime.Example.Org:443": 200,
		"[fd00::7]": 200, "[fd00::7]:80": 200, "192.0.2.7:6000": 200,
		"example.org": 421, "x.crime.example.org": 421, "0.0.0.0": 421, "192.0.2.8": 421, "127.0.0.2": 421, "fd00::7": 421,
		"crime.example.org.": 200, "localhost.:8080": 200, "crime.example.org..": 421, "[::ffff:127.0.0.1]:80": 200, "[::ffff:7f00:1]": 200, "10.0.0.7": 200,
		"localhost:": 200, ":80": 421,
	} {
		if w := ask(s, "/models", host, ""); w.Code != want {
			t.Errorf("Host %s: %d, want %d", host, w.Code, want)
		}
	}
}

// With --listen 0.0.0.0 nobody has said which addresses the machine has.
func TestTheMachinesOwnAddressesAreItsNamesWhereATokenIsAskedFor(t *testing.T) {
	c := config(newFolder(t, 1).dir)
	c.Web, c.TokenFile = "0.0.0.0:8080", filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(c.TokenFile, []byte("s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	open := config(c.Dir)
	open.Web, open.InsecureNoAuth = c.Web, true
	for _, tt := range []struct {
		config     api.Config
		host, asks string // the address that is asked
		want       int
	}{
		{c, "192.0.2.7:8080", "192.0.2.7", 200},
		{c, "192.0.2.7", "::ffff:192.0.2.7", 200},
		{c, "[fd00::7]:8080", "fd00::7", 200},
		{c, "192.0.2.8", "192.0.2.7", 421},
		{c, "rebound.example.org:8080", "192.0.2.7", 421},
		{open, "192.0.2.7:8080", "192.0.2.7", 421},
	} {
		s, err := api.New(quiet(), tt.config)
		if err != nil {
			t.Fatal(err)
		}
		load(t, s)
		r := httptest.NewRequest(http.MethodGet, "/models", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(tt.asks), Port: 8080}))
		r.Host = tt.host
		r.Header.Set("Authorization", "Bearer s3cret")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != tt.want {
			t.Errorf("Host %s at %s, token %q: %d, want %d", tt.host, tt.asks, tt.config.TokenFile, w.Code, tt.want)
		}
	}
}

func TestToken(t *testing.T) {
	f := newFolder(t, 1)
	c := config(f.dir)
	c.TokenFile = filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(c.TokenFile, []byte("  s3cret\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := api.New(quiet(), c)
	if err != nil {
		t.Fatal(err)
	}
	load(t, s)
	for value, want := range map[string]int{
		"Bearer s3cret": 200, "bearer s3cret": 200, "Bearer  s3cret ": 200,
		"": 401, "Bearer": 401, "Bearer ": 401, "Bearer s3cre": 401, "Bearer s3cret2": 401, "s3cret": 401, "Basic s3cret": 401, "Bearer S3CRET": 401,
	} {
		for _, path := range []string{"/models", "/model1/5/cluster", "/", "/nothing"} {
			w := ask(s, path, "localhost", value)
			if want := want; path == "/nothing" && want == 200 {
				continue
			} else if w.Code != want || (want == 401) != (w.Header().Get("WWW-Authenticate") == "Bearer") {
				t.Errorf("Authorization %q for %s: %d, WWW-Authenticate %q, want %d", value, path, w.Code, w.Header().Get("WWW-Authenticate"), want)
			}
		}
	}
	// The page itself holds no data; a browser shows it before it can send a token.
	for path, accept := range map[string]string{"/": browserAccepts, "/page/app.js": "*/*"} {
		if res := fetch(t, s, path, "Accept", accept); res.StatusCode != 200 {
			t.Errorf("a browser's GET %s without token: %d, want 200", path, res.StatusCode)
		}
		if w := ask(s, path, "evil.example", ""); w.Code != 421 {
			t.Errorf("GET %s under another host's name: %d, want 421", path, w.Code)
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if w := ask(s, path, "evil.example", ""); w.Code != 200 {
			t.Errorf("%s without token: %d, want 200", path, w.Code)
		}
	}
}
