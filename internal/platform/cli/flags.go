package cli

import (
	"encoding"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"hotspot/internal/platform/usage"
)

// parse sets the fields of program as args and the environment say, and finds
// the command. Every error is a usage error.
func parse(name string, args []string, program any, options ...kong.Option) (*kong.Context, error) {
	unsetEmpty()
	if i := slices.IndexFunc(args, func(a string) bool { return !utf8.ValidString(a) }); i >= 0 {
		return nil, usage.Errorf("%q is not UTF-8; a file of such a name can be renamed, or given to standard input", args[i])
	}
	if len(args) > 0 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	parser := kong.Must(program, append(options, kong.Name(name), kong.WithHyphenPrefixedParameters(true),
		kong.DefaultEnvars("HOTSPOT"), kong.TypeMapper(reflect.TypeFor[time.Duration](), kong.MapperFunc(duration)),
		kong.WithBeforeApply(check), // before any Validate
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100}))...)
	c, err := parser.Parse(args)
	if err == nil {
		return c, nil
	}
	commands := parser.Model.Children
	if i := slices.IndexFunc(commands, func(n *kong.Node) bool { return slices.Contains(args, n.Name) }); i >= 0 {
		name += " " + commands[i].Name
	} else if flag, ok := strings.CutPrefix(err.Error(), "unknown flag --"); ok {
		var have []string
		for _, n := range commands {
			if slices.ContainsFunc(n.Flags, func(f *kong.Flag) bool { return f.Name == flag }) {
				have = append(have, n.Name)
			}
		}
		if len(have) > 0 {
			name += " " + have[0]
			err = fmt.Errorf("%w; begin with a command that has it: %s", err, strings.Join(have, ", "))
		}
	}
	return nil, usage.Errorf("%w; see %s --help", err, name)
}

// check looks at every value, typed or of the environment. A number has bounds. A
// text that was given and is empty is in a script a variable that nobody has set,
// and the default would be something else than what was meant. The tag empty says
// what an empty text means where it has a meaning.
func check(c *kong.Context) error {
	var errs []error
	for _, f := range c.Flags() {
		bound, bounded := usage.Bounds[f.Name]
		switch v := reflect.Indirect(reflect.ValueOf(c.FlagValue(f))); {
		case f.Target.Addr().Type().Implements(reflect.TypeFor[encoding.TextUnmarshaler]()): // it has looked itself
		case v.Kind() == reflect.String || v.Kind() == reflect.Slice:
			if f.Set && v.Len() == 0 && !f.Tag.Has("empty") {
				errs = append(errs, fmt.Errorf("--%s is empty; leave it out for the default", f.Name))
			}
		case bounded && v.IsValid():
			n := v.Convert(reflect.TypeFor[int64]()).Int() // of too large a uint64 it is negative
			if n < bound.Least || bound.Most < n {
				as := func(n int64) any {
					if v.Type() == reflect.TypeFor[time.Duration]() {
						return usage.Duration(time.Duration(n))
					}
					return reflect.ValueOf(n).Convert(v.Type())
				}
				errs = append(errs, fmt.Errorf("--%s %v: want %v to %v", f.Name, as(n), as(bound.Least), as(bound.Most)))
			}
		}
	}
	return errors.Join(errs...)
}

// duration reads what time.ParseDuration reads, and days: 7d.
func duration(c *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := c.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	number, days := strings.CutSuffix(text, "d")
	n, err := strconv.ParseUint(number, 10, 16)
	d := time.Duration(n) * 24 * time.Hour
	if !days {
		d, err = time.ParseDuration(text)
	}
	if err != nil {
		return fmt.Errorf("%q: want a time as 500ms, 90s, 15m, 12h or 7d", text)
	}
	target.SetInt(int64(d))
	return nil
}

// unsetEmpty takes empty variables for absent ones: compose files and scripts
// pass on what nobody has set.
func unsetEmpty() {
	for _, v := range os.Environ() {
		if name, value, _ := strings.Cut(v, "="); strings.HasPrefix(name, "HOTSPOT_") && value == "" {
			os.Unsetenv(name)
		}
	}
}
