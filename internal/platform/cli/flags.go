package cli

import (
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"math"
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
	var c *kong.Context // once every field is set, for what can be checked then, with Validate's errors
	parser := kong.Must(program, append(options, kong.Name(name), kong.WithHyphenPrefixedParameters(true),
		kong.DefaultEnvars("HOTSPOT"), kong.TypeMapper(reflect.TypeFor[time.Duration](), kong.MapperFunc(duration)),
		kong.WithBeforeApply(func(set *kong.Context) error { c = set; return nil }),
		kong.ConfigureHelp(kong.HelpOptions{WrapUpperBound: 100}))...)
	_, err := parser.Parse(args)
	if c != nil {
		err = errors.Join(checkEmpty(c.Path), checkNumbers(c.Flags()), err)
	}
	if err == nil {
		return c, nil
	}
	helpful := parser.Model.Node // the command's, also when a flag of it stands before it
	for _, command := range parser.Model.Children {
		if slices.Contains(args, command.Name) {
			helpful = command
			break
		}
	}
	return nil, usage.Errorf("%w; see %s --help", err, helpful.FullPath())
}

// checkEmpty refuses a value that was given and is empty: in a script it is a
// variable that nobody has set, and the default would be something else than what
// was meant. The tag empty says what an empty value means where it has a meaning.
func checkEmpty(given []*kong.Path) error {
	var errs []error
	for _, p := range given {
		value := p.Positional
		if p.Flag != nil {
			value = p.Flag.Value
		}
		if value == nil || value.Tag.Has("empty") {
			continue
		}
		list, ok := value.Target.Interface().([]string)
		if value.Target.Kind() == reflect.String && value.Target.Len() == 0 || ok && (len(list) == 0 || slices.Contains(list, "")) {
			errs = append(errs, fmt.Errorf("%s is empty; leave it out for the default", value.ShortSummary()))
		}
	}
	return errors.Join(errs...)
}

// checkNumbers compares every number, typed or of the environment, with its bounds.
func checkNumbers(flags []*kong.Flag) error {
	var errs []error
	for _, f := range flags {
		switch v := reflect.Indirect(f.Target); {
		case f.Target.Addr().Type().Implements(reflect.TypeFor[encoding.TextUnmarshaler]()): // it has looked itself
		case v.CanInt():
			errs = append(errs, usage.Check(f.Name, v.Int()))
		case v.CanUint():
			errs = append(errs, usage.Check(f.Name, int64(min(v.Uint(), math.MaxInt64))))
		}
	}
	return errors.Join(errs...)
}

// duration reads what time.ParseDuration reads, and days before it: 7d, 1d12h.
func duration(c *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := c.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "0", text
	}
	n, err := strconv.ParseUint(days, 10, 16)
	d, restErr := time.ParseDuration(cmp.Or(rest, "0s"))
	if err != nil || restErr != nil {
		return fmt.Errorf("%q: want a time as 500ms, 90s, 15m, 12h or 7d", text)
	}
	target.SetInt(int64(time.Duration(n)*24*time.Hour + d))
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
