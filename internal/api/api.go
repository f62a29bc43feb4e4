// Package api answers over HTTP which cluster a crime belongs to in model 1,
// 2, 3 and so on, and what the models are.
//
// It stands at the end of the flow and reads what rests on disk: batches with
// their manifests, models, and the status of the open batch. All answers to a
// request come from one immutable view of these (package catalog), which a poll of the
// folder replaces as a whole. The package writes nothing and knows no broker:
// it answers the same when the rest of the suite is away.
package api

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"hotspot/internal/platform/ports"
	"hotspot/internal/platform/usage"
)

// Options are the api's own knobs.
type Options struct {
	Listen         string   `name:"listen" default:"127.0.0.1:6000" help:"Address of the API. Beyond loopback it needs --token-file or --insecure-no-auth."`
	Web            string   `name:"web" empty:"none" default:"127.0.0.1:8080" help:"The same for browsers, which refuse port 6000. Empty = none."`
	AllowHost      []string `name:"allow-host" placeholder:"NAME" help:"Further names under which the API may be asked, beside 127.0.0.1, localhost, [::1] and the hosts of --listen and --web. Example: --allow-host crime.example.org"`
	AllowOrigin    []string `name:"allow-origin" placeholder:"ORIGIN" help:"Pages of this origin may read the answers in a browser; none by default. Example: --allow-origin http://localhost:3000"`
	TokenFile      string   `name:"token-file" placeholder:"FILE" help:"File with a token; requests then need the header Authorization: Bearer TOKEN, but for /healthz and /readyz."`
	AccessLog      bool     `name:"access-log" help:"Log every request: its id, method, path, status and time."`
	Exact          bool     `name:"exact" help:"Show places as they are in the data, not rounded to 4 decimals (about 10 m)."`
	KeepModels     int      `name:"keep-models" default:"0" placeholder:"N" help:"Serve the newest N models; older ones answer 410. 0 = all. The crimes of all batches stay known."`
	InsecureNoAuth bool     `name:"insecure-no-auth" help:"Listen beyond loopback without a token: everyone who reaches the address may read."`
}

// Config says which folder is served, and where.
type Config struct {
	Options `embed:""`
	Dir     string `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`

	Version string `kong:"-"` // of the program, for /version

	// OnListen is told the URLs of --listen and --web, "" for none, once both
	// accept connections.
	OnListen func(api, web string) `kong:"-"`
}

// The limits of a server. They bound what a client can cost.
const (
	headerTimeout  = 2 * time.Second  // to send a request's header
	readTimeout    = 5 * time.Second  // to send a whole request
	writeTimeout   = 10 * time.Second // to take an answer
	idleTimeout    = 30 * time.Second // between two requests
	drainTimeout   = 10 * time.Second // for requests in flight at the end
	maxHeaderBytes = 8 << 10
	maxConnections = 4096
)

// Validate reports all that is wrong with c at once, but for numbers out of
// usage.Bounds: the command line lets none through. It reads the token file and
// nothing else.
func (c Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Dir == "" {
		bad("--dir: no folder given")
	}
	if c.Listen == "" {
		bad("--listen: no address given")
	}
	open := ""
	for _, l := range c.addresses() {
		host, _, err := ports.Split(l.address)
		if err != nil {
			bad("%s %s: %w", l.flag, l.address, err)
		} else if !isLoopback(host) {
			open = l.flag + " " + l.address
		}
	}
	if c.Listen == c.Web && !strings.HasSuffix(c.Listen, ":0") {
		bad("--web %s: the same address as --listen", c.Web)
	}
	if open != "" && c.TokenFile == "" && !c.InsecureNoAuth {
		bad("%s: can be reached from other machines; add --token-file FILE, or --insecure-no-auth if everyone may read", open)
	}
	for _, name := range c.AllowHost {
		if !isHostName(name) {
			bad("--allow-host %q: want a name or an address without scheme, port and path", name)
		}
	}
	for _, origin := range c.AllowOrigin {
		if !isOrigin(origin) {
			bad("--allow-origin %q: want http://HOST or https://HOST, with its port where it has one, and no path", origin)
		}
	}
	if _, err := readToken(c.TokenFile); err != nil {
		bad("--token-file %s: %w", c.TokenFile, err)
	}
	return usage.Wrap(errors.Join(errs...))
}

// address is one of the addresses to listen on.
type address struct{ flag, address string }

// addresses are those that are asked for.
func (c Config) addresses() []address {
	var all []address
	for _, a := range []address{{"--listen", c.Listen}, {"--web", c.Web}} {
		if a.address != "" {
			all = append(all, a)
		}
	}
	return all
}

// isLoopback reports whether only this machine reaches host. A name other than
// localhost may become anything when it is looked up.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
