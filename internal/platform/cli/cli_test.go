package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/usage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("os/signal.loop")) }

// stderrOf runs f with standard error going to a file.
func stderrOf(t *testing.T, f func()) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	old := os.Stderr
	os.Stderr = file
	defer func() { os.Stderr = old }()
	f()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// program is one whose work is the function do.
type program struct {
	Name  string `name:"name" default:"nobody" help:"A name."`
	Count int    `name:"how-many" default:"3" help:"A number."`

	do func(context.Context, *cli.App) error
}

func (p *program) Run(ctx context.Context, app *cli.App) error { return p.do(ctx, app) }

func TestTheExitCodeSaysWhoMustAct(t *testing.T) {
	tests := []struct {
		name string
		args []string
		err  error
		code int
		says string
	}{
		{"done", nil, nil, 0, ""},
		{"failure", nil, errors.New("disk gone"), 1, "prog: disk gone\n"},
		{"unusable input", nil, fmt.Errorf("prog: %w", usage.Wrap(errors.New("no header"))), 2, "no header\n"},
		{"joined errors are one line", nil, errors.Join(errors.New("a"), errors.New("b")), 1, "prog: a; b\n"},
		{"wrong flag", []string{"--nome", "x"}, nil, 2, "unknown flag --nome"},
		{"wrong value", []string{"--how-many", "x"}, nil, 2, "--how-many"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var code int
			said := stderrOf(t, func() {
				code = cli.Run("prog", "does it", tt.args, &program{do: func(context.Context, *cli.App) error { return tt.err }})
			})
			if code != tt.code || !strings.Contains(said, tt.says) || strings.Count(said, "\n") > 1 {
				t.Errorf("exit %d, said %q; want %d and one line with %q", code, said, tt.code, tt.says)
			}
		})
	}
}

func TestFlagBeatsEnvironmentBeatsDefault(t *testing.T) {
	tests := []struct {
		name, env string
		args      []string
		want      string
	}{
		{"default", "", nil, "nobody"},
		{"environment", "ada", nil, "ada"},
		{"flag", "ada", []string{"--name", "grace"}, "grace"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.env != "" {
				t.Setenv("HOTSPOT_NAME", tt.env)
			}
			p := program{do: func(context.Context, *cli.App) error { return nil }}
			if code := cli.Run("prog", "does it", tt.args, &p); code != 0 {
				t.Fatalf("exit %d", code)
			}
			if p.Name != tt.want {
				t.Errorf("name = %q, want %q", p.Name, tt.want)
			}
		})
	}
}

func TestTheRunIDIsInEveryLine(t *testing.T) {
	line := func(args ...string) string {
		return stderrOf(t, func() {
			cli.Run("prog", "does it", args, &program{do: func(_ context.Context, app *cli.App) error {
				app.Log.Info("a")
				app.Log.Info("b")
				return nil
			}})
		})
	}
	if a, b := line(), line(); a == b {
		t.Errorf("two starts have one run: %s", a)
	}
	run := regexp.MustCompile(`"run":"([^"]*)"`)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{{"given", []string{"--run-id", "week-48.a"}, "week-48.a"}, {"new", nil, ""}} {
		said := run.FindAllStringSubmatch(line(tt.args...), -1)
		if len(said) != 2 || said[0][1] != said[1][1] || tt.want != "" && said[0][1] != tt.want || said[0][1] == "" {
			t.Errorf("%s: %v, want one run in both lines", tt.name, said)
		}
	}
	t.Setenv("HOTSPOT_RUN_ID", "shared")
	if said := line(); strings.Count(said, `"run":"shared"`) != 2 {
		t.Errorf("by the environment: %s", said)
	}
	if said := line("--run-id", "two words"); !strings.Contains(said, "--run-id") || strings.Contains(said, `"msg"`) {
		t.Errorf("a bad one: %s", said)
	}
}

func TestASignalEndsTheContextAndIsTheExitCodeOfUnfinishedWork(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows sends signals to consoles only: scripts/test-windows.sh")
	}
	for _, tt := range []struct {
		name   string
		signal syscall.Signal
		err    func(context.Context) error
		code   int
	}{
		{"a role stops cleanly", syscall.SIGTERM, func(context.Context) error { return nil }, 0},
		{"a one-shot command was not done", syscall.SIGTERM, context.Context.Err, 143},
		{"it was interrupted", syscall.SIGINT, context.Context.Err, 130},
		{"its terminal was closed", syscall.SIGHUP, context.Context.Err, 129},
	} {
		t.Run(tt.name, func(t *testing.T) {
			heard := make(chan os.Signal, 1)
			signal.Notify(heard, tt.signal) // or nohup, under which the tests may run, has it ignored
			defer signal.Stop(heard)
			var code int
			said := stderrOf(t, func() {
				code = cli.Run("prog", "does it", nil, &program{do: func(ctx context.Context, _ *cli.App) error {
					p, err := os.FindProcess(os.Getpid())
					if err != nil {
						return err
					}
					if err := p.Signal(tt.signal); err != nil {
						return err
					}
					<-ctx.Done()
					return tt.err(ctx)
				}})
			})
			if code != tt.code || said != "" {
				t.Errorf("exit %d, said %q; want %d and nothing", code, said, tt.code)
			}
		})
	}
}

// What reads the log reads one JSON object a line, and nothing between them.
func TestWithoutATerminalThereIsNoProgress(t *testing.T) {
	said := stderrOf(t, func() {
		c := cli.NewConsole(os.Stderr)
		s := c.Stage("producer", "rows")
		for n := int64(0); n <= 15000; n += 50 {
			s.Set(n, 15000, "")
		}
		fmt.Fprintln(c, `{"msg":"source sent"}`)
		s.Done()
		c.Close()
	})
	if said != "{\"msg\":\"source sent\"}\n" {
		t.Errorf("said %q, want the log line alone", said)
	}
}

func TestCountHasCommas(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 394736: "394,736", -1234567: "-1,234,567"} {
		if got := cli.Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
