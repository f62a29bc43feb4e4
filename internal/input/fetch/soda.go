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
	var answer [1]struct {
		N       int64 `json:",string"`
		Updated string
	}
	query := url.Values{"$select": {"count(*) as n, max(:updated_at) as updated"}}
	err := s.ask(ctx, ".json", query, s.where, func(body []byte) error { return json.Unmarshal(body, &answer) })
	return stamp{":id", answer[0].N, answer[0].Updated}, err
}

func (s *soda) page(ctx context.Context, after string) (table [][]string, err error) {
	where := s.where
	if after != "" {
		where = append(where[:len(where):len(where)], fmt.Sprintf(":id > '%s'", after))
	}
	query := url.Values{"$select": {"*, :id"}, "$order": {":id"}, "$limit": {strconv.Itoa(sodaRows)}}
	err = s.ask(ctx, ".csv", query, where, func(body []byte) error {
		table, err = csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err == nil && len(body) > 0 && !bytes.HasSuffix(body, []byte("\n")) {
			err = errors.New("its answer was cut off")
		}
		return err
	})
	return table, err
}

func (s *soda) ask(ctx context.Context, form string, query url.Values, where []string, read func([]byte) error) error {
	if len(where) > 0 {
		query.Set("$where", strings.Join(where, " AND "))
	}
	return s.get(ctx, s.url+form, query, read)
}
