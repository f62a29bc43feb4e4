// Package fetch brings the rows of a city's portal into a raw file for
// prepare: all of them, or none and an error that says why.
//
// It stands before the flow and knows nothing of crimes. A portal speaks one of
// two interfaces, Socrata's SODA or ArcGIS' FeatureServer. Both are asked for
// the rows behind a unique key and never for those behind a number of rows, so
// a row that moves is neither left out nor there twice; and both are asked
// before and after what they hold.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hotspot/internal/platform/durable"
)

// Config says what to fetch, and where to put it.
type Config struct {
	Portal    string `arg:"" name:"portal" help:"A city (chicago, denver, los-angeles, new-york, new-york-shootings, san-francisco, seattle, toronto), or the address of a table: https://HOST/resource/abcd-1234 or https://HOST/.../FeatureServer/0."`
	Output    string `name:"output" short:"o" required:"" placeholder:"FILE" help:"The raw CSV to write, for hotspot prepare. Until it is whole its rows are in FILE.part, where the same command goes on."`
	Since     string `name:"since" placeholder:"YYYY-MM-DD" help:"Only rows of this day or later, for prepare --append-to."`
	DateField string `name:"date-field" placeholder:"NAME" help:"The portal's column that --since is about (default: the city's date of the report; with the address of a Socrata table, when the row was last changed there)."`
	TokenFile string `name:"token-file" placeholder:"FILE" help:"File with a token of the portal, which then answers more often."`

	Progress  func(done, total int64)                          `kong:"-"`
	Transport http.RoundTripper                                `kong:"-"` // nil: that of net/http
	Wait      func(ctx context.Context, d time.Duration) error `kong:"-"` // nil: time passes
}

// Summary is what was fetched.
type Summary struct {
	Rows  int64  // all that the portal has
	Found int64  // of them, those that an earlier run had fetched
	URL   string // of the table
}

// portal is a table that is asked for its rows.
type portal interface {
	// stamp asks what the table holds. When two stamps are equal, no row came,
	// went or changed its key in between.
	stamp(ctx context.Context) (stamp, error)
	// page returns the columns and some of the rows behind the one whose key is
	// after ("" is before the first), in an order of the portal's own. Behind
	// the last row there are none.
	page(ctx context.Context, after string) (header []string, rows [][]string, err error)
}

type stamp struct {
	key     string // name of the column whose values are unique
	rows    int64
	version string // of the rows
}

// Run fetches the rows. When the error is nil the output holds, once each, the
// rows that the portal had when Run began, which are those that it had at the
// end. Run with the same Config goes on behind the rows of one that was ended.
func Run(ctx context.Context, c Config) (Summary, error) {
	if err := errors.Join(durable.CheckOutput(c.Output), durable.CheckOwn(c.Output+".part", partMark)); err != nil {
		return Summary{}, err
	}
	p, url, err := c.open()
	if err != nil {
		return Summary{}, err
	}
	before, err := p.stamp(ctx)
	if err == nil && before.rows == 0 {
		err = errors.New("it has no row that was asked for")
	}
	if err != nil {
		return Summary{}, fmt.Errorf("fetch: %s: %w", url, err)
	}
	file, err := openPart(c.Output+".part", fmt.Sprintf("%s%s %q %+q\n", partMark, url, c.DateField+" "+c.Since, fmt.Sprint(before)), before.key)
	if err != nil {
		return Summary{}, fmt.Errorf("fetch: %w", err)
	}
	defer file.Close()
	s := Summary{Rows: before.rows, Found: file.rows, URL: url}
	fail := func(err error) (Summary, error) {
		return s, fmt.Errorf("fetch: %d of %d rows of %s: %w", file.rows, s.Rows, url, err)
	}
	for n := 1; n > 0 && file.rows <= s.Rows; {
		if c.Progress != nil {
			c.Progress(file.rows, s.Rows)
		}
		header, rows, err := p.page(ctx, file.last)
		if err == nil {
			err = file.add(header, rows)
		}
		if err != nil {
			return fail(fmt.Errorf("%w; the same command goes on behind them", err))
		}
		n = len(rows)
	}
	after, err := p.stamp(ctx)
	switch {
	case err != nil:
		return fail(err)
	case after != before:
		return fail(fmt.Errorf("its rows have changed meanwhile, it has %d now; run the command again", after.rows))
	case file.rows != s.Rows:
		return fail(errors.New("it gave no others, or more than it has; run the command again"))
	}
	if err := file.publish(c.Output); err != nil {
		return fail(err)
	}
	return s, nil
}
