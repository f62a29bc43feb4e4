package explain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"hotspot/internal/feature"
	"hotspot/internal/platform/secret"
	"hotspot/internal/platform/usage"
)

// answer is what of the API's answer is compared.
type answer struct {
	Cluster  *int        `json:"cluster"`
	Reason   string      `json:"reason"`
	Distance json.Number `json:"distance_m"`
	Offenses []struct{}  `json:"offenses"`
}

func (a answer) String() string {
	if a.Cluster == nil {
		return fmt.Sprintf("no area, reason %q; offenses: %d", a.Reason, len(a.Offenses))
	}
	return fmt.Sprintf("area %d, %s m; offenses: %d", *a.Cluster, a.Distance, len(a.Offenses))
}

// AskAPI asks the API at base for the same answer and returns what it said, as
// the end of Text. The error says how it differs; an API that is not there is
// none. tokenFile is the file of its token, "" when it needs none.
func (e *Explanation) AskAPI(ctx context.Context, base, tokenFile string) (string, error) {
	url := fmt.Sprintf("%s/model%d/%d/cluster", strings.TrimSuffix(base, "/"), e.model.Model, e.id)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", usage.Errorf("explain: --api %s: want a URL", base)
	}
	if tokenFile != "" {
		token, err := secret.Read(tokenFile)
		if err != nil {
			return "", usage.Errorf("explain: --token-file %s: %w", tokenFile, err)
		}
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	}
	text := "\n6  the API\n  GET " + url + "\n"
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return text + fmt.Sprintf("  no API answers there: %v; start one with: api --dir %s\n", errors.Unwrap(err), e.dir), nil
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return text, fmt.Errorf("explain: %s: %w", url, err)
	}
	text += "  " + string(body)
	if err := e.check(resp.StatusCode, body); err != nil {
		return text, fmt.Errorf("explain: the API does not agree: %w; does it serve %s?", err, e.dir)
	}
	return text + "  the same\n", nil
}

// check compares an answer of the API with what was computed here.
func (e *Explanation) check(status int, body []byte) error {
	if status != http.StatusOK {
		return fmt.Errorf("status %d", status)
	}
	var got answer
	if err := json.Unmarshal(body, &got); err != nil {
		return fmt.Errorf("its answer is no such JSON: %w", err)
	}
	want := answer{Offenses: make([]struct{}, len(e.offenses))}
	if o := e.deciding; o.skip != feature.Usable {
		want.Reason = string(o.skip)
	} else {
		want.Cluster, want.Distance = &o.nearest.Cluster, json.Number(meters(o.nearest.Distance))
	}
	if got.String() != want.String() {
		return fmt.Errorf("it says %s, here %s", got, want)
	}
	return nil
}
