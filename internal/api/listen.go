package api

import (
	"context"
	"net"
	"net/http"
	"time"

	"hotspot/internal/platform/connlimit"
	"hotspot/internal/platform/ports"
)

// listen opens the addresses of c. After an error none is open.
func listen(ctx context.Context, c Config) ([]net.Listener, error) {
	var open []net.Listener
	for _, a := range c.addresses() {
		var config net.ListenConfig
		l, err := config.Listen(ctx, "tcp", a.address)
		if err != nil {
			for _, l := range open {
				l.Close()
			}
			return nil, ports.Explain(err, a.flag, a.address)
		}
		open = append(open, l)
	}
	return open, nil
}

// urls are how a client on this machine asks the listeners.
func urls(listeners []net.Listener) (api, web string) {
	url := func(l net.Listener) string {
		host, port, _ := net.SplitHostPort(l.Addr().String())
		if isUnspecified(host) {
			host = "127.0.0.1"
		}
		return "http://" + net.JoinHostPort(host, port)
	}
	api = url(listeners[0])
	if len(listeners) > 1 {
		web = url(listeners[1])
	}
	return api, web
}

// quiet is how long no request must have come at the end, before connections
// that are kept alive are closed: until then each may bring one more, which is
// answered with Connection: close. lastRequests is the longest time for that.
const (
	quiet        = 250 * time.Millisecond
	lastRequests = 3 * time.Second
)

// stop ends the server without failing a request: no new connections, then a
// moment for connections that are kept alive, then the end of those without a
// request in flight, and what is left of drainTimeout for the rest.
func (s *Server) stop(ctx context.Context, srv *http.Server, limit *connlimit.Limit, listeners []net.Listener) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	close(s.ending)
	for _, l := range listeners {
		l.Close()
	}
	limit.Close()
	start := time.Now()
	for limit.Len() > 0 && time.Since(start) < lastRequests &&
		(time.Since(start) < quiet || time.Since(time.Unix(0, s.lateRequest.Load())) < quiet) {
		time.Sleep(quiet / 25)
	}
	if err := srv.Shutdown(ctx); err != nil {
		s.log.Warn("requests cut off", "connections", limit.Len(), "after", drainTimeout)
		return srv.Close()
	}
	return nil
}
