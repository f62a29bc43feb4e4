package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hotspot/internal/input/fetch"
	"hotspot/internal/platform/usage"
)

const (
	sodaURL = "https://portal.example/resource/abcd-1234"
	esriURL = "https://portal.example/x/FeatureServer/0"
)

func config(t *testing.T, p http.RoundTripper, url string) fetch.Config {
	t.Helper()
	return fetch.Config{Portal: url, Output: filepath.Join(t.TempDir(), "raw.csv"), Transport: p}
}

// read returns the raw file, "" when there is none.
func read(t *testing.T, c fetch.Config) string {
	t.Helper()
	b, err := os.ReadFile(c.Output)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

func TestARawFileHoldsAllRowsOfThePortalOnce(t *testing.T) {
	for path, columns := range map[string]string{
		"/resource/abcd-1234.json?$limit=10": "number,date,text,:id", "/Crimes/All-of-them/abcd-1234/about_data": "number,date,text,:id",
		"/x/FeatureServer/0/query?where=1%3D1": "OBJECTID,when,text,x,y",
	} {
		p := newStandIn(rand.New(rand.NewPCG(1, 2)), 40)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			status, body := p.answer(r)
			w.WriteHeader(status)
			io.WriteString(w, body) //nolint:errcheck // the client sees it
		}))
		defer server.Close()
		c := config(t, nil, server.URL+path)
		n, err := fetch.Run(context.Background(), c)
		if err != nil || n != 40 {
			t.Fatalf("%s: %d, %v", path, n, err)
		}
		header, rows, err := rowsOf(read(t, c))
		if err != nil || header != columns || !slices.Equal(rows, p.truth(strings.Contains(path, "abcd"))) {
			t.Errorf("%s: %s, %v: %q", path, header, err, rows)
		}
		if _, err := os.Stat(c.Output + ".part"); !os.IsNotExist(err) {
			t.Errorf("%s: the part is still there: %v", path, err)
		}
	}
}

// faults are what a portal and a network do; those of the second list do not end.
var (
	faults = []string{"short", "lower", "move", "cut", "cut in silence", "429", "html", "500", "202", "error in 200", "insert", "delete", "no connection", "kill", "kill and tear"}
	named  = []string{
		"has [0-9]+ now", "gave [0-9]+ rows of", "asked 8 times", "wants 24h0m0s of rest", "its columns are now",
		"came twice", "context canceled", "was cut off", "has no row",
	}
)

func TestWhateverAPortalDoesTheRowsAreTheTruthOrTheErrorIsNamed(t *testing.T) {
	const seeds = 1000
	var whole, again atomic.Int64
	t.Run("seeds", func(t *testing.T) {
		for part := range 8 {
			t.Run(fmt.Sprint(part), func(t *testing.T) {
				t.Parallel()
				for seed := part; seed < seeds; seed += 8 {
					synctest.Test(t, func(t *testing.T) { // waiting takes no time there
						if fetchWithFaults(t, uint64(seed)) {
							whole.Add(1)
						} else {
							again.Add(1)
						}
					})
				}
			})
		}
	})
	t.Logf("%d at once, %d after a named error", whole.Load(), again.Load())
	if whole.Load() < seeds/3 || again.Load() < seeds/10 {
		t.Error("the faults are too many or too few to say anything")
	}
}

// fetchWithFaults says whether the first run had the rows.
func fetchWithFaults(t *testing.T, seed uint64) bool {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 19))
	p := newStandIn(rng, 4+rng.IntN(60))
	url := []string{sodaURL, esriURL}[rng.IntN(2)]
	c := config(t, p, url)
	ctx, kill := context.WithCancel(context.Background())
	defer kill()
	tear := false
	states := [][]string{p.truth(url == sodaURL)} // the rows of a moment, all of them
	for range 1 + rng.IntN(3) {
		at, fault := 1+rng.IntN(12), faults[rng.IntN(len(faults))]
		p.faults[at] = fault
		if rng.IntN(20) == 0 { // for ever
			fault = []string{"tomorrow", "html", "429", "cut in silence"}[rng.IntN(4)]
			for ; at < 200; at++ {
				p.faults[at] = fault
			}
		}
	}
	c.Transport = trip(func(r *http.Request) (*http.Response, error) {
		if f := p.faults[p.asked+1]; strings.HasPrefix(f, "kill") {
			kill()
			tear = tear || f == "kill and tear"
		}
		resp, err := p.RoundTrip(r)
		states = append(states, p.truth(url == sodaURL))
		return resp, err
	})
	_, err := fetch.Run(ctx, c)
	check := func(err error) bool {
		if err == nil {
			_, rows, err := rowsOf(read(t, c))
			if err != nil || !slices.ContainsFunc(states, func(s []string) bool { return slices.Equal(s, rows) }) {
				t.Errorf("seed %d, %s, %v: %v, %d rows of %d:\n%s", seed, url, p.faults, err, len(rows), len(p.rows), strings.Join(rows, "\n"))
			}
			return true
		}
		if !strings.Contains(err.Error(), url) || !slices.ContainsFunc(named, func(s string) bool { return regexp.MustCompile(s).MatchString(err.Error()) }) || read(t, c) != "" {
			t.Errorf("seed %d, %s, %v: the error names nothing, or there is a file: %v", seed, url, p.faults, err)
		}
		return false
	}
	if check(err) {
		return true
	}
	if tear { // the end of what was written is not what was meant
		b, err := os.ReadFile(c.Output + ".part")
		if err == nil {
			b = append(b[:max(0, len(b)-rng.IntN(60))], make([]byte, rng.IntN(2)*9)...)
			if hole := bytes.LastIndex(b, []byte("theft")); hole > 0 && rng.IntN(2) == 0 {
				copy(b[hole:], make([]byte, 5))
			}
			err = os.WriteFile(c.Output+".part", b, 0o644)
		}
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	p.faults, states = nil, states[len(states)-1:]
	if _, err := fetch.Run(context.Background(), c); err != nil || !check(nil) {
		t.Errorf("seed %d: the same command again: %v", seed, err)
	}
	return false
}

// A browser's download has the same name.
func TestAPartOfSomethingElseIsLeftAlone(t *testing.T) {
	c := config(t, newStandIn(rand.New(rand.NewPCG(3, 4)), 60), sodaURL)
	if err := os.WriteFile(c.Output+".part", []byte("date,place\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := fetch.Run(t.Context(), c); !usage.Is(err) {
		t.Errorf("Run = %v, want a usage error", err)
	}
	if b, _ := os.ReadFile(c.Output + ".part"); string(b) != "date,place\n" {
		t.Errorf("it is %q now", b)
	}
}

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAFetchThatWasEndedGoesOnBehindItsRows(t *testing.T) {
	for _, url := range []string{sodaURL, esriURL} {
		p := newStandIn(rand.New(rand.NewPCG(3, 4)), 60)
		p.most = 5
		p.says = 5
		c := config(t, p, url)
		ctx, kill := context.WithCancel(context.Background())
		c.Progress = func(done, total int64) {
			if done >= 30 {
				kill()
			}
		}
		if _, err := fetch.Run(ctx, c); !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: %v", url, err)
		}
		before := p.asked
		c.Progress = nil
		_, err := fetch.Run(context.Background(), c)
		if _, rows, e := rowsOf(read(t, c)); err != nil || e != nil || !slices.Equal(rows, p.truth(url == sodaURL)) {
			t.Errorf("%s: %v, %v", url, err, e)
		}
		if asked := p.asked - before; asked > 14 { // 6 pages, the last empty one, and what it holds
			t.Errorf("%s: %d requests for the second half", url, asked)
		}
	}
}

func TestSinceAsksForTheRowsOfADayAndLater(t *testing.T) {
	for url, field := range map[string]string{sodaURL: "date", esriURL: "when"} {
		p := newStandIn(rand.New(rand.NewPCG(5, 6)), 40)
		c := config(t, p, url)
		c.Since, c.DateField = "2024-06-16", field
		rows, err := fetch.Run(context.Background(), c)
		if n := int64(len(p.chosen("2024-06-16"))); err != nil || rows != n || n == 40 || strings.Contains(read(t, c), "2024-06-15") {
			t.Errorf("%s: %d rows, want %d; %v", url, rows, n, err)
		}
	}
}

func TestAPortalIsLeftAloneForAsLongAsItAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newStandIn(rand.New(rand.NewPCG(7, 8)), 5)
		began := time.Now()
		waits := []string{"100", began.Add(300 * time.Second).UTC().Format(http.TimeFormat)}
		c := config(t, trip(func(r *http.Request) (*http.Response, error) {
			if len(waits) > 0 {
				wait := waits[0]
				waits = waits[1:]
				return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {wait}}, Body: io.NopCloser(strings.NewReader("<html>\n<b>slow</b> down"))}, nil
			}
			return p.RoundTrip(r)
		}), sodaURL)
		said := ""
		c.Again = func(because error) { said += because.Error() }
		if _, err := fetch.Run(t.Context(), c); err != nil || time.Since(began) != 300*time.Second || strings.Count(said, "429 Too Many Requests: slow down") != 2 {
			t.Errorf("%v after %v, want 300 s; said twice: %q", err, time.Since(began), said)
		}
	})
}

func TestATokenGoesInAHeaderAndToTheCityOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string][2]string{sodaURL: {"X-App-Token", "s3cret"}, esriURL: {"X-Esri-Authorization", "Bearer s3cret"}} {
		p := newStandIn(rand.New(rand.NewPCG(9, 1)), 5)
		c := config(t, p, url)
		c.TokenFile = file
		if _, err := fetch.Run(context.Background(), c); err != nil || p.last.Get(want[0]) != want[1] {
			t.Errorf("%s: %v, %v", url, p.last, err)
		}
		c.Transport = trip(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != "portal.example" {
				t.Errorf("%s was asked with %v", r.URL, r.Header)
			}
			return &http.Response{StatusCode: 302, Status: "302 Found", Header: http.Header{"Location": {"https://evil.example/"}}, Body: http.NoBody}, nil
		})
		if _, err := fetch.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "302 Found") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestWhatCannotBeFetchedIsSaid(t *testing.T) {
	p := newStandIn(rand.New(rand.NewPCG(2, 2)), 5)
	for _, tt := range []struct{ portal, since, field, says string }{
		{"gotham", "", "", "neither a city that is known here nor a table of Socrata or ArcGIS; want one of chicago, denver,"},
		{"https://portal.example/data.csv", "", "", "nor a table of Socrata or ArcGIS"},
		{sodaURL, "June", "", "--since"},
		{sodaURL, "2024-06-31", "", "--since"},
		{esriURL, "2024-06-01", "", "add --date-field NAME"},
	} {
		c := config(t, p, tt.portal)
		c.Since, c.DateField = tt.since, tt.field
		if _, err := fetch.Run(context.Background(), c); !usage.Is(err) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%v: %v", tt, err)
		}
	}
	if p.asked > 0 {
		t.Errorf("%d requests", p.asked)
	}
	for url, says := range map[string]string{
		"https://portal.example/resource/zzzz-9999": `: it answered 404 Not Found: {"message":"Not found"}; run`,
		"https://portal.example/y/FeatureServer/3":  "404",
	} {
		if _, err := fetch.Run(context.Background(), config(t, p, url)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", url, err)
		}
	}
	c := config(t, p, sodaURL)
	c.Since = "2099-01-01"
	if _, err := fetch.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "has no row") {
		t.Errorf("nothing since 2099: %v", err)
	}
}
