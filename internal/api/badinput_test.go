package api_test

import (
	"bufio"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hotspot/internal/testkit"
)

// TestBadRequests is the H table of the design, as far as it is about routes
// that exist. The names are its ids.
func TestBadRequests(t *testing.T) {
	s := run(t, config(newFolder(t, 3).dir))
	s.waitModels(3)
	const id = "2018174723"
	with := func(method, path string) string {
		return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
	}
	plain := func(status int) []int { return []int{status} } // written by net/http itself
	tests := []struct {
		name    string
		request string
		status  []int
		problem string // "" for no problem+json
	}{
		{"H01", request("/model1/" + id + "/cluster"), plain(200), ""},
		{"H02", request("/model1/202010/cluster"), plain(404), "crime-not-found"},
		{"H03", request("/model1/9223372036854775807/cluster"), plain(404), "crime-not-found"},
		{"H03 the greatest known", request("/model1/9223372036854775806/cluster"), plain(200), ""},
		{"H03 zero is an id", request("/model1/0/cluster"), plain(200), ""},
		{"H04", request("/model1/9223372036854775808/cluster"), plain(400), "invalid-crime-id"},
		{"H04 2^64+5", request("/model1/18446744073709551621/cluster"), plain(400), "invalid-crime-id"},
		{"H04 19 nines", request("/model1/9999999999999999999/cluster"), plain(400), "invalid-crime-id"},
		{"H05", request("/model1/" + strings.Repeat("7", 4000) + "/cluster"), plain(400), "invalid-crime-id"},
		{"H06", request("/model1/" + strings.Repeat("7", 20000) + "/cluster"), []int{414, 431}, ""},
		{"H07", request("/model1/-5/cluster"), plain(400), "invalid-crime-id"},
		{"H08", request("/model1/+5/cluster"), plain(400), "invalid-crime-id"},
		{"H09", request("/model1/00005/cluster"), plain(400), "invalid-crime-id"},
		{"H09 two zeros", request("/model1/00/cluster"), plain(400), "invalid-crime-id"},
		{"H10", request("/model1/5.0/cluster"), plain(400), "invalid-crime-id"},
		{"H11", request("/model1/1e3/cluster"), plain(400), "invalid-crime-id"},
		{"H12", request("/model1/0x10/cluster"), plain(400), "invalid-crime-id"},
		{"H13", request("/model1/1_000/cluster"), plain(400), "invalid-crime-id"},
		{"H14", request("/model1/%D9%A1%D9%A2/cluster"), plain(400), "invalid-crime-id"},
		{"H15", request("/model1/%20202010/cluster"), plain(400), "invalid-crime-id"},
		{"H16", request("/model1/202010%20/cluster"), plain(400), "invalid-crime-id"},
		{"H17", request("/model1/202010%00/cluster"), plain(400), "invalid-crime-id"},
		{"H18", request("/model1/202010%0A/cluster"), plain(400), "invalid-crime-id"},
		{"H19", request("/model1//cluster"), plain(404), "not-found"},
		{"H20", request("/model1/" + id + "/cluster/"), plain(404), "not-found"},
		{"H20 models/", request("/models/"), plain(404), "not-found"},
		{"H21", request("//model1/" + id + "/cluster"), plain(404), "not-found"},
		{"H22", request("/model1//" + id + "/cluster"), plain(404), "not-found"},
		{"H23", request("/model1/./" + id + "/cluster"), plain(404), "not-found"},
		{"H24", request("/model1/../model1/" + id + "/cluster"), plain(404), "not-found"},
		{"H25", request("/model1/%2e%2e/cluster"), plain(400), "invalid-crime-id"},
		{"H26", request("/model1/..%2f..%2fetc%2fpasswd/cluster"), plain(400), "invalid-crime-id"},
		{"H27", request("/model1/202010%2fcluster"), plain(404), "not-found"},
		{"H28", request("/model1/\xff\xfe/cluster"), plain(400), "invalid-crime-id"},
		{"H29", request("/model1/%zz/cluster"), plain(400), ""},
		{"H30", request("/model/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H31", request("/model0/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H32", request("/model01/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H33", request("/model-1/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H34", request("/model+1/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H35", request("/model1.0/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H36", request("/model99999999999999999999/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H36 unknown", request("/model4/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H36 before a bad id", request("/model4/x/cluster"), plain(404), "model-not-found"},
		{"H37", request("/model%31/" + id + "/cluster"), plain(404), "model-not-found"},
		{"H37 in models", request("/models/%31"), plain(404), "model-not-found"},
		{"H37 an id", request("/model1/%35/cluster"), plain(400), "invalid-crime-id"},
		{"H37 a word", request("/model1/" + id + "/%63luster"), plain(404), "not-found"},
		{"H38 Model", request("/Model1/" + id + "/cluster"), plain(404), "not-found"},
		{"H38 CLUSTER", request("/model1/" + id + "/CLUSTER"), plain(404), "not-found"},
		{"H40 ?x=1", request("/model1/" + id + "/cluster?x=1"), plain(200), ""},
		{"H40 ?x=%zz", request("/model1/" + id + "/cluster?x=%zz"), plain(200), ""},
		{"H41 ;x=1", request("/model1/" + id + "/cluster;x=1"), plain(404), "not-found"},
		{"H41 %3Fx", request("/model1/" + id + "/cluster%3Fx"), plain(404), "not-found"},
		{"H42", with("HEAD", "/model1/"+id+"/cluster"), plain(200), ""},
		{"H43", with("OPTIONS", "/model1/"+id+"/cluster"), plain(204), ""},
		{"H44 POST", with("POST", "/model1/"+id+"/cluster"), plain(405), "method-not-allowed"},
		{"H44 PUT", with("PUT", "/models"), plain(405), "method-not-allowed"},
		{"H44 PATCH", with("PATCH", "/models/1"), plain(405), "method-not-allowed"},
		{"H44 DELETE", with("DELETE", "/models/1/clusters"), plain(405), "method-not-allowed"},
		{"H45 TRACE", with("TRACE", "/model1/"+id+"/cluster"), plain(405), "method-not-allowed"},
		{"H45 CONNECT", with("CONNECT", "/model1/"+id+"/cluster"), plain(405), "method-not-allowed"},
		{"H45 CONNECT to a host", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\nConnection: close\r\n\r\n", plain(405), "method-not-allowed"},
		{"H46 FOO", with("FOO", "/model1/"+id+"/cluster"), plain(501), "not-implemented"},
		{"H46 get", with("get", "/model1/"+id+"/cluster"), plain(501), "not-implemented"},
		{"H47", "GET /model1/" + id + "/cluster HTTP/1.0\r\n\r\n", plain(200), ""},
		{"H48 none", "GET /models HTTP/1.1\r\n\r\n", plain(400), ""},
		{"H48 two", "GET /models HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", plain(400), ""},
		{"H49 HTTP/0.9", "GET /models\r\n\r\n", plain(400), ""},
		{"H49 TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 and so on, no line in it\r\n\r\n", plain(400), ""},
		{"H50 20 kB", "GET /models HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 20000) + "\r\n\r\n", plain(431), ""},
		{"H50 NUL", "GET /models HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n", plain(400), ""},
		{"H50 space", "GET /models HTTP/1.1\r\nHost: localhost\r\nX : a\r\n\r\n", plain(400), ""},
		{"H53", strings.Replace(request("/model1/"+id+"/cluster"), "localhost", "evil.example", 1), plain(421), "misdirected"},
		{"H53 with port", strings.Replace(request("/models"), "localhost", "evil.example:6000", 1), plain(421), "misdirected"},
		{"H53 a name within", strings.Replace(request("/models"), "localhost", "localhost.evil.example", 1), plain(421), "misdirected"},
		{"H53 no port", strings.Replace(request("/models"), "localhost", "localhost:evil", 1), plain(421), "misdirected"},
		{"H53 in the target", request("http://evil.example/models"), plain(421), "misdirected"},
		{"H53 unknown path", strings.Replace(request("/nothing"), "localhost", "evil.example", 1), plain(421), "misdirected"},
		{"H53 127.0.0.1", strings.Replace(request("/models"), "localhost", "127.0.0.1:6000", 1), plain(200), ""},
		{"H53 [::1]", strings.Replace(request("/models"), "localhost", "[::1]", 1), plain(200), ""},
		{"H53 [::1] with port", strings.Replace(request("/models"), "localhost", "[::1]:6000", 1), plain(200), ""},
		{"H53 LOCALHOST", strings.Replace(request("/models"), "localhost", "LOCALHOST", 1), plain(200), ""},
		{"H53 healthz is free", strings.Replace(request("/healthz"), "localhost", "evil.example", 1), plain(200), ""},
		{"H53 readyz is free", strings.Replace(request("/readyz"), "localhost", "evil.example", 1), plain(200), ""},
		{"H64", "GET /models HTTP/1.1\r\nHost: localhost\r\nExpect: 200-x\r\n\r\n", plain(417), ""},
		{"H65 Accept-Encoding", "GET /models HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: ;;q=x, zip\r\nConnection: close\r\n\r\n", plain(200), ""},
		{"H65 If-None-Match *", "GET /model1/" + id + "/cluster HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n", plain(304), ""},
		{"H65 of what is not there", "GET /model1/202010/cluster HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n", plain(404), "crime-not-found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := raw(t, s.api, tt.request)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(tt.status, a.status) || a.problem() != tt.problem {
				t.Errorf("%.80q: %d %q, want %d %q\n%s", tt.request, a.status, a.problem(), tt.status, tt.problem, a.body)
			}
			if a.header.Get("Location") != "" {
				t.Errorf("redirected to %s", a.header.Get("Location"))
			}
			byUs := tt.problem != "" || a.status < 400
			if byUs && a.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("no nosniff")
			}
			if wantAllow := a.status == 204 || a.status == 405 || a.status == 501; wantAllow != (a.header.Get("Allow") == "GET, HEAD, OPTIONS") {
				t.Errorf("Allow: %q", a.header.Get("Allow"))
			}
			if byUs && len(a.body) > 4000 || !utf8.ValidString(a.body) {
				t.Errorf("the body says the request again: %.100q…", a.body)
			}
		})
	}
	log := s.log.String()
	if !utf8.ValidString(log) || strings.ContainsAny(log, "\x00") {
		t.Error("H17, H28: the log holds NUL or bytes that are no UTF-8")
	}
	lines := 0
	for line := range strings.Lines(log) {
		if strings.Contains(line, "202010%0A") {
			lines++
		}
		if !strings.HasPrefix(line, "time=") {
			t.Errorf("H18: a line of the log that is none of ours: %q", line)
		}
	}
	if lines != 1 {
		t.Errorf("H18: %d lines of the log, want 1, escaped\n%s", lines, log)
	}
}

// TestSmuggling is H51: what could be read as two requests is read as none.
func TestSmuggling(t *testing.T) {
	s := run(t, config(newFolder(t, 1).dir))
	s.waitModels(1)
	for name, head := range map[string]string{
		"H51 length and chunks": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"H51 two lengths":       "Content-Length: 4\r\nContent-Length: 5\r\n\r\n",
		"H51 below zero":        "Content-Length: -1\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", s.api)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(testkit.Patience))
			io.WriteString(conn, "POST /models HTTP/1.1\r\nHost: localhost\r\n"+head+request("/model1/2018174723/cluster"))
			r := bufio.NewReader(conn)
			first, err := readAnswer(r, "POST")
			if err != nil || first.status != 400 {
				t.Fatalf("%d %v, want 400", first.status, err)
			}
			if second, err := readAnswer(r, "GET"); err == nil {
				t.Errorf("a second request was read out of the first: %d %s", second.status, second.body)
			}
		})
	}
}

// TestSlowHeader is H52.
func TestSlowHeader(t *testing.T) {
	t.Parallel()
	s := run(t, config(newFolder(t, 1).dir))
	took := func() time.Duration {
		conn, err := net.Dial("tcp", s.api)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		start := time.Now()
		io.WriteString(conn, "GET /models HTTP/1.1\r\nHost: localhost\r\nX: ")
		conn.SetReadDeadline(start.Add(testkit.Patience))
		if _, err := io.Copy(io.Discard, conn); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	for try := 1; ; try++ {
		d := took()
		if d < time.Second || d > 5*time.Second && try == 5 { // 5 s is what a whole request may take
			t.Fatalf("H52: closed after %s, want 2 s", d)
		}
		if d <= 5*time.Second {
			return
		}
		t.Logf("closed after %s: is the machine busy?", d)
	}
}

// TestNoModels is H39.
func TestNoModels(t *testing.T) {
	f := emptyFolder(t, batchSize)
	f.publishBatch(rows[:batchSize])
	for name, dir := range map[string]string{"empty folder": t.TempDir(), "no model": f.dir} {
		t.Run(name, func(t *testing.T) {
			s := loaded(t, dir)
			for path, want := range map[string]int{
				"/model1/5/cluster": 503, "/models/1": 503, "/models/latest": 503, "/models/1/clusters": 503,
				"/readyz": 503, "/healthz": 200, "/models": 200, "/": 200, "/version": 200,
			} {
				w := get(s, path)
				if w.Code != want || (want == 503) != (w.Header().Get("Retry-After") == "1") {
					t.Errorf("H39 %s: %d, Retry-After %q, want %d\n%s", path, w.Code, w.Header().Get("Retry-After"), want, w.Body)
				}
				if want == 503 && path != "/readyz" && !strings.Contains(w.Body.String(), "/problems/no-models") {
					t.Errorf("H39 %s: %s, want no-models", path, w.Body)
				}
			}
		})
	}
}
