package fetch

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// soda is a table of Socrata (https://dev.socrata.com/docs). Its key is :id,
// which every table has; its order is the portal's own and not that of the text.
type soda struct {
	*client
	url   string // without .csv
	where []string
}

const sodaRows = 10000 // of a page; above 50,000 old tables refuse

func (s *soda) stamp(ctx context.Context) (stamp, error) {
	out := stamp{key: ":id"}
	err := s.ask(ctx, ".json", url.Values{"$select": {"count(*) as n, max(:updated_at) as updated"}}, s.where, func(body []byte) error {
		var answer []struct{ N, Updated string }
		err := json.Unmarshal(body, &answer)
		if err == nil && len(answer) != 1 {
			err = errors.New("want one row")
		}
		if err == nil {
			out.version = answer[0].Updated
			out.rows, err = strconv.ParseInt(answer[0].N, 10, 64)
		}
		if err != nil {
			return fmt.Errorf("it does not say how many rows it has: %w", err)
		}
		return nil
	})
	return out, err
}

func (s *soda) page(ctx context.Context, after string) (header []string, rows [][]string, err error) {
	where := s.where
	if after != "" {
		where = append(where[:len(where):len(where)], fmt.Sprintf(":id > '%s'", strings.ReplaceAll(after, "'", "''")))
	}
	query := url.Values{"$select": {"*, :id"}, "$order": {":id"}, "$limit": {strconv.Itoa(sodaRows)}}
	err = s.ask(ctx, ".csv", query, where, func(body []byte) error {
		if len(body) > 0 && !bytes.HasSuffix(body, []byte("\n")) {
			return errors.New("its answer was cut off")
		}
		all, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil {
			return fmt.Errorf("its answer is no CSV: %w", err)
		}
		header, rows = nil, nil
		if len(all) > 0 {
			header, rows = all[0], all[1:]
		}
		return nil
	})
	return header, rows, err
}

func (s *soda) ask(ctx context.Context, form string, query url.Values, where []string, read func([]byte) error) error {
	if len(where) > 0 {
		query.Set("$where", strings.Join(where, " AND "))
	}
	return s.get(ctx, s.url+form, query, read)
}
