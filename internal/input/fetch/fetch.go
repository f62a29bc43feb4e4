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

	"hotspot/internal/platform/durable"
)

// Config says what to fetch, and where to put it.
type Config struct {
	Portal    string `arg:"" name:"portal" help:"A city (chicago, denver, los-angeles, new-york, new-york-shootings, san-francisco, seattle, toronto), or the address of a table: https://HOST/resource/abcd-1234 or https://HOST/.../FeatureServer/0."`
	Output    string `name:"output" short:"o" required:"" placeholder:"FILE" help:"The raw CSV to write, for hotspot prepare. Until it is whole its rows are in FILE.part, where the same command goes on."`
	Since     string `name:"since" placeholder:"YYYY-MM-DD" help:"Only rows of this day or later, for prepare --append-to."`
	DateField string `name:"date-field" placeholder:"NAME" help:"The portal's column that --since is about (default: the city's date of the report; with the address of a Socrata table, when the row was last changed there)."`
	TokenFile string `name:"token-file" placeholder:"FILE" help:"File with a token of the portal, which then answers more often."`

	Progress  func(done, total int64) `kong:"-"`
	Again     func(because error)     `kong:"-"` // before a portal is asked the same again; may be nil
	Transport http.RoundTripper       `kong:"-"` // nil: that of net/http
}

// portal is a table that is asked for its rows.
type portal interface {
	// stamp asks what the table holds. When two stamps are equal, no row came,
	// went or changed its key in between.
	stamp(ctx context.Context) (stamp, error)
	// page returns the header and some of the rows behind the one whose key is
	// after ("" is before the first), in an order of the portal's own. Behind
	// the last row there are none.
	page(ctx context.Context, after string) ([][]string, error)
}

type stamp struct {
	key     string // name of the column whose values are unique
	rows    int64
	version string // of the rows
}

// Run fetches the rows and returns how many there are. When the error is nil the
// output holds, once each, the rows that the portal had when Run began, which are
// those that it had at the end. Run with the same Config goes on behind the rows
// of one that was ended.
func Run(ctx context.Context, c Config) (int64, error) {
	if err := errors.Join(durable.CheckOutput(c.Output), durable.CheckOwn(c.Output+".part", partMark)); err != nil {
		return 0, err
	}
	p, url, err := c.open()
	if err != nil {
		return 0, err
	}
	rows, err := c.rows(ctx, p, url)
	if err != nil {
		return 0, fmt.Errorf("fetch: %s: %w; run the command again", url, err)
	}
	return rows, nil
}

// rows brings the rows that the part lacks, and publishes it.
func (c Config) rows(ctx context.Context, p portal, url string) (int64, error) {
	before, err := p.stamp(ctx)
	if err != nil {
		return 0, err
	}
	asked := fmt.Sprintf("%s%s %+q\n", partMark, url, fmt.Sprint(c.DateField, c.Since, before))
	file, err := openPart(c.Output+".part", asked, before.key)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	for more := true; more && file.rows <= before.rows; {
		if c.Progress != nil {
			c.Progress(file.rows, before.rows)
		}
		table, err := p.page(ctx, file.last)
		if err != nil {
			return 0, err
		}
		if err := file.add(table); err != nil {
			return 0, err
		}
		more = len(table) > 1
	}
	after, err := p.stamp(ctx)
	switch {
	case err != nil:
		return 0, err
	case after != before:
		return 0, fmt.Errorf("it had %d rows and has %d now, or others", before.rows, after.rows)
	case before.rows == 0:
		return 0, errors.New("it has no row that was asked for")
	}
	return before.rows, file.publish(c.Output, before.rows)
}
