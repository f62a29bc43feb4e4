package cli_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"hotspot/internal/platform/cli"
)

// suite is a program with a command; got is how that was started.
type suite struct {
	Train struct {
		Topic    string        `name:"topic" default:"crimes" help:"A topic."`
		Web      string        `name:"web" empty:"none" default:"here" help:"An address."`
		Brokers  []string      `name:"brokers" default:"a:1" help:"Brokers."`
		Wait     time.Duration `name:"retention" default:"0s" help:"A time."`
		Restarts int           `name:"restarts" default:"10" help:"A number."`
		File     string        `arg:"" optional:"" default:"some.csv" help:"A file."`
		trainRun
	} `cmd:"" help:"Train."`
}

type trainRun struct{}

func (trainRun) Run() error { return nil }

func TestWhatIsTypedIsTakenOrRefusedAndNeverChanged(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
		says string // "": it is taken
	}{
		{"an empty text", []string{"train", "--topic", ""}, "--topic is empty; leave it out for the default"},
		{"an empty list", []string{"train", "--brokers="}, "--brokers is empty"},
		{"empty that means none", []string{"train", "--web", ""}, ""},
		{"Latin-1", []string{"train", "caf\xe9.csv"}, `"caf\xe9.csv" is not UTF-8`},
		{"UTF-8", []string{"train", "café,1.csv"}, ""},
		{"days", []string{"train", "--retention", "7d"}, ""},
		{"no unit", []string{"train", "--retention", "7"}, `--retention: "7": want a time as 500ms, 90s, 15m, 12h or 7d`},
		{"half a day", []string{"train", "--retention", "1.5d"}, "want a time as"},
		{"too many days", []string{"train", "--retention", "36501d"}, "--retention 36501d: want 0s to 36500d"},
		{"more days than there are", []string{"train", "--retention", "99999999999d"}, "want a time as"},
		{"the least number", []string{"train", "--restarts", "1"}, ""},
		{"less than that", []string{"train", "--restarts", "0"}, "--restarts 0: want 1 to 100000; see prog train --help"},
		{"the greatest number", []string{"train", "--restarts", "100000"}, ""},
		{"more than that", []string{"train", "--restarts", "9223372036854775807"}, "--restarts 9223372036854775807: want 1 to 100000"},
		{"two that are wrong", []string{"train", "--topic=", "--restarts", "0"}, "--topic is empty; leave it out for the default; --restarts 0: want 1 to 100000; see prog train --help"},
		{"a flag of the command", []string{"train", "--restart", "1"}, "see prog train --help"},
		{"a flag without its command", []string{"--restarts", "1"}, "unknown flag --restarts; begin with a command that has it: train; see prog train --help"},
		{"a flag of no command", []string{"--nome", "1"}, "unknown flag --nome; see prog --help"},
		{"a flag before the command", []string{"--restarts", "1", "train"}, "see prog train --help"},
		{"no command", []string{"trian"}, "see prog --help"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code := -1
			said := stderrOf(t, func() { code = cli.Run("prog", "does it", tt.args, &suite{}) })
			if (code == 0) != (tt.says == "") || code != 0 && code != 2 || !strings.Contains(said, tt.says) {
				t.Errorf("exit %d, %q; want %q", code, said, tt.says)
			}
		})
	}
}

func TestDaysAreTwentyFourHours(t *testing.T) {
	s := suite{}
	if code := cli.Run("prog", "does it", []string{"train", "--retention", "7d"}, &s); code != 0 || s.Train.Wait != 7*24*time.Hour {
		t.Errorf("exit %d, %s; want 168h", code, s.Train.Wait)
	}
}

// No command looks at the error of every write: what it prints to is what remembers.
func TestAWriteThatFailedIsAnErrorOfEveryCommand(t *testing.T) {
	old := os.Stdout
	defer func() { os.Stdout = old }()
	out, err := os.Open(os.DevNull) // for reading only: no write succeeds
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	os.Stdout = out
	said := stderrOf(t, func() {
		code := cli.Run("prog", "does it", nil, &program{do: func(_ context.Context, app *cli.App) error {
			app.Console.Print(app.Out, "the result\n")
			return nil
		}})
		if code != 1 {
			t.Errorf("exit %d, want 1", code)
		}
	})
	if !strings.Contains(said, "prog: standard output: ") {
		t.Errorf("said %q", said)
	}
}

// As a filter at the left of | head ends: without a word, with what the shell says
// of SIGPIPE. The child process is this test again.
func TestAnOutputThatNobodyReadsEndsTheCommandQuietly(t *testing.T) {
	const child = "TEST_OF_A_CLOSED_PIPE"
	if os.Getenv(child) != "" {
		os.Exit(cli.Run("prog", "does it", nil, &program{do: func(_ context.Context, app *cli.App) error {
			app.Console.Print(app.Out, "the result\n")
			return errors.New("of work for nobody")
		}}))
	}
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	in.Close()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"=1")
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = out, &said
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 141 || said.Len() > 0 {
		t.Errorf("%v, said %q; want exit 141 and nothing", err, said.String())
	}
}
