package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"hotspot/internal/api"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hotspot": main})
}

// TestScripts runs the commands as a person types them: standard output,
// standard error and exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"serve": serve},
	})
}

// serve DIR serves a folder until the script ends, at the URL in $API.
func serve(ts *testscript.TestScript, _ bool, args []string) {
	c := api.Config{Dir: ts.MkAbs(args[0]), Options: api.Options{Listen: "127.0.0.1:0"}}
	s, err := api.New(slog.New(slog.DiscardHandler), c)
	ts.Check(err)
	ts.Check(s.Load(context.Background()))
	server := httptest.NewServer(s)
	ts.Defer(server.Close)
	ts.Setenv("API", server.URL)
}
