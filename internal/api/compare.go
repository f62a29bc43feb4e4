package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"hotspot/internal/analysis/compare"
	"hotspot/internal/catalog"
)

// Comparing trains 118 models for the floor: seconds of all processors.
// One comparison is made at a time; the others wait for their turn.
const (
	compareTimeout = time.Minute // for the turn and the work
	maxCompared    = 256         // answers that are kept
)

// comparisons are the answers that were made, by the digests of both models.
type comparisons struct {
	turn chan struct{} // holds one token

	mu   sync.Mutex
	made map[[2]string][]byte // guarded by mu
}

func newComparisons() *comparisons {
	c := &comparisons{turn: make(chan struct{}, 1), made: map[[2]string][]byte{}}
	c.turn <- struct{}{}
	return c
}

func (c *comparisons) get(key [2]string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[key]
}

// put remembers an answer, and forgets another when there are too many.
func (c *comparisons) put(key [2]string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.made) >= maxCompared {
		for old := range c.made {
			delete(c.made, old)
			break
		}
	}
	c.made[key] = data
}

// compareModels is GET /models/{a}/compare/{b}.
func (s *Server) compareModels(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	a, err := findModelByName(v, chi.URLParam(r, "a"))
	if err != nil {
		return err
	}
	b, err := findModelByName(v, chi.URLParam(r, "b"))
	if err != nil {
		return err
	}
	rowsA, err := v.Rows(a)
	if err != nil {
		return err
	}
	rowsB, err := v.Rows(b)
	if err != nil {
		return err
	}
	if sendNotModified(w, r, etag(v.Generation, "")) {
		return nil
	}
	key := [2]string{a.SHA256, b.SHA256}
	data := s.compared.get(key)
	if data == nil {
		// Longer than other answers may take. A recorder in a test has no
		// deadlines to set.
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(compareTimeout))
		_ = control.SetWriteDeadline(time.Now().Add(compareTimeout + writeTimeout))
		ctx, cancel := context.WithTimeout(r.Context(), compareTimeout)
		defer cancel()
		go func() { // the end of the server does not wait for it
			select {
			case <-s.ending:
				cancel()
			case <-ctx.Done():
			}
		}()
		if data, err = s.compared.make(ctx, key, func() (compare.Side, compare.Side) {
			return compare.NewSide(a.Model, rowsA), compare.NewSide(b.Model, rowsB)
		}); err != nil {
			return err
		}
	}
	sendBody(w, http.StatusOK, data)
	return nil
}

// make compares, once it is this request's turn.
func (c *comparisons) make(ctx context.Context, key [2]string, sides func() (a, b compare.Side)) ([]byte, error) {
	late := newProblem(busy, "Comparisons are made one at a time, and this one was not finished in time; ask again in a moment.")
	select {
	case <-c.turn:
	case <-ctx.Done():
		return nil, late
	}
	defer func() { c.turn <- struct{}{} }()
	if data := c.get(key); data != nil {
		return data, nil // while this one waited
	}
	a, b := sides()
	result, err := compare.Models(ctx, a, b)
	switch {
	case errors.Is(err, compare.ErrNotComparable):
		return nil, newProblem(notComparable, "These models cannot be compared: their features or frames differ, or one of them has no clusters.")
	case ctx.Err() != nil:
		return nil, late
	case err != nil:
		return nil, err
	}
	data := encode(result)
	c.put(key, data)
	return data, nil
}
