package api

import (
	"compress/gzip"
	"net/http"
	"sync"

	"hotspot/internal/catalog"
)

// backdrop is GET /ground.
type backdrop struct {
	Width   int            `json:"width"`
	Height  int            `json:"height"`
	West    float64        `json:"west"`
	South   float64        `json:"south"`
	StepLon float64        `json:"step_lon"`
	StepLat float64        `json:"step_lat"`
	Names   []neighborhood `json:"names"`
	Cells   []int          `json:"cells"` // indices in Names, -1 for none
}

type neighborhood struct {
	ID  string  `json:"id"`
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

func newBackdrop(b *catalog.Backdrop) backdrop {
	out := backdrop{b.Width, b.Height, b.West, b.South, b.StepLon, b.StepLat, []neighborhood{}, append([]int{}, b.Cells...)}
	for _, n := range b.Neighborhoods {
		out.Names = append(out.Names, neighborhood(n))
	}
	return out
}

// sentBackdrop keeps the answer that was made last: the backdrop stays the same
// when batches are added.
type sentBackdrop struct {
	mu   sync.Mutex
	of   *catalog.Backdrop // guarded by mu
	text []byte            // guarded by mu: the body
	gzip []byte            // guarded by mu
}

func (s *Server) ground(w http.ResponseWriter, r *http.Request) error {
	v, err := s.catalog.View()
	if err != nil {
		return err
	}
	of, err := v.Backdrop()
	if err != nil {
		return err
	}
	b := &s.backdrop
	b.mu.Lock()
	if b.of != of {
		b.of, b.text = of, encode(newBackdrop(of))
		b.gzip = compress(b.text, gzip.BestCompression)
	}
	text, small := b.text, b.gzip
	b.mu.Unlock()
	h := w.Header()
	h.Set("Vary", varyCoding)
	if !takesGzip(r) {
		send(w, r, v, text)
	} else if !cached(w, r, etag(v.Generation, gzipForm)) {
		h.Set("Content-Encoding", "gzip")
		sendBody(w, http.StatusOK, small)
	}
	return nil
}
