package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"hotspot/internal/platform/cli"
)

// piped runs do as a program whose standard error is a pipe; in is its other end.
func piped(t *testing.T, do func(in *os.File, app *cli.App) error) (code int) {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	defer in.Close() // this ends a write that still waits
	old := os.Stderr
	defer func() { os.Stderr = old }()
	os.Stderr = out
	return cli.Run("prog", "does it", nil, &program{do: func(_ context.Context, app *cli.App) error { return do(in, app) }})
}

const logged = 20000 // lines, far more than a pipe and the console hold

func logMuch(app *cli.App) {
	for range logged {
		app.Log.Info("request answered", "path", strings.Repeat("x", 100))
	}
}

func TestAStalledReaderOfTheLogStopsNeitherWorkNorEnd(t *testing.T) {
	code := piped(t, func(_ *os.File, app *cli.App) error {
		logMuch(app)
		return errors.New("its message has no place either")
	})
	if code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
}

func TestLinesThatWereDroppedAreCountedWhenTheLogIsReadAgain(t *testing.T) {
	read, dropped := 0, 0
	piped(t, func(in *os.File, app *cli.App) error {
		logMuch(app)
		for lines := json.NewDecoder(in); dropped == 0; {
			var line struct {
				Msg   string
				Lines int
			}
			if err := lines.Decode(&line); err != nil {
				return err
			}
			if line.Msg == "request answered" {
				read++
			}
			dropped = line.Lines
		}
		return nil
	})
	if read+dropped != logged || dropped == 0 {
		t.Errorf("%d lines were read and %d counted as dropped, want %d together", read, dropped, logged)
	}
}
