// Package cli is what all programs share at their edge to the person who
// starts them: flags and environment, signals, the logger, progress on a
// terminal, and exit codes. It is built on kong: a program is a struct whose
// fields are its flags. Only this package reads the environment.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"hotspot/internal/platform/usage"
)

// Exit codes of every program. A signal that ends a one-shot command before
// its work is done gives 128 + its number (129, 130, 143), and so does a standard
// output that nobody reads any more (141).
const (
	exitOK      = 0
	exitFailure = 1 // the work failed
	exitUsage   = 2 // a wrong flag, or input that cannot be used
)

// App is what a command gets from its surroundings. Its parts may be used
// concurrently.
type App struct {
	Log     *slog.Logger // to standard error
	Out     io.Writer    // standard output: data, and what a person asked for
	Console *Console     // standard error: progress lines
	Version string

	level *slog.LevelVar
	asked bool // --log-level was given
}

// Quiet leaves only warnings in the log, unless --log-level asks for more:
// for a command that prints on standard output what happens.
func (a *App) Quiet() {
	if !a.asked {
		a.level.Set(slog.LevelWarn)
	}
}

// common are the flags that every program has.
type common struct {
	LogLevel  string           `name:"log-level" empty:"the level of the command" enum:",debug,info,warn,error" default:"" help:"Least level of the log: debug, info, warn or error (default info; warn for commands that print what happens)."`
	LogFormat string           `name:"log-format" enum:"auto,text,json" default:"auto" help:"Form of the log: text, json, or auto (text on a terminal)."`
	RunID     string           `name:"run-id" placeholder:"WORD" help:"Value of the member run in every line of the log (default: a new one for each start). With HOTSPOT_RUN_ID set, producer, consumer and api share one."`
	Version   kong.VersionFlag `name:"version" short:"v" env:"-" help:"Show the version and end."`
}

// runID is what may go into every line of a log as it is.
var runID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Main runs a program to its end and exits. program is a pointer to a struct
// with kong's tags; every flag --foo-bar can also be given as HOTSPOT_FOO_BAR.
// Its method Run(context.Context, *App) error, or that of the selected command,
// does the work.
//
// The first SIGINT, SIGTERM or SIGHUP ends the context, the second ends the
// process. nohup, which ignores SIGHUP, keeps doing so.
func Main(name, description string, program any) {
	os.Exit(Run(name, description, os.Args[1:], program))
}

// Run is Main, but it returns the exit code and does not end the process; only
// --help and --version do.
func Run(name, description string, args []string, program any) (code int) {
	console := NewConsole(os.Stderr)
	defer console.Close()
	pipes := make(chan os.Signal, 1)
	signal.Notify(pipes, syscall.SIGPIPE) // a pipe without a reader is the error of a write, and the end of no process
	defer signal.Stop(pipes)
	out := new(output)
	end := func(err error) int {
		if err = cmp.Or(out.failure(), err); err == nil {
			return exitOK
		}
		text := strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; ") // of errors.Join
		fmt.Fprintf(console, "%s: %s\n", name, text)
		if usage.Is(err) {
			return exitUsage
		}
		return exitFailure
	}
	var c common
	selected, err := parse(name, args, program, kong.Description(description), kong.Embed(&c),
		kong.Vars{"version": name + " " + Version()}, kong.Writers(out, console),
		kong.Exit(func(int) { code := end(nil); console.Close(); os.Exit(code) }))
	if err != nil {
		return end(err)
	}
	run := cmp.Or(c.RunID, fmt.Sprintf("%08x", rand.Uint32())) // it names a start and hides nothing
	if !runID.MatchString(run) {
		return end(usage.Errorf("--run-id %q: want up to 64 letters, digits, dots, dashes and underscores", run))
	}

	ends := []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
	if signal.Ignored(syscall.SIGHUP) {
		ends = ends[:2]
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	context.AfterFunc(ctx, stop) // from now on nobody listens, and a second signal ends the process
	level := new(slog.LevelVar)
	app := &App{
		Log:     newLog(console, level, c).With("run", run),
		Out:     out,
		Console: console,
		Version: Version(),
		level:   level,
		asked:   c.LogLevel != "",
	}
	console.OnDrop = func(lines int64) { app.Log.Warn("log lines dropped: their reader had stalled", "lines", lines) }
	selected.BindTo(ctx, (*context.Context)(nil))
	err = selected.Run(app)
	if errors.Is(err, context.Canceled) && out.failure() == nil {
		for _, s := range ends {
			if fmt.Sprint(context.Cause(ctx)) == s.String()+" signal received" { // NotifyContext tells it in words only
				return 128 + int(s.(syscall.Signal))
			}
		}
	}
	return end(err)
}
