package api

import (
	"compress/gzip"
	"net/http"

	"hotspot/internal/catalog"
)

// backdrop is the body of GET /ground.
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

// getBackdrop is GET /ground.
func (s *Server) getBackdrop(w http.ResponseWriter, r *http.Request, v *catalog.View) error {
	b, err := v.Backdrop()
	if err != nil {
		return err
	}
	w.Header().Add("Vary", varyCoding)
	form := ""
	if takesGzip(r) {
		form = gzipForm
	}
	if sendNotModified(w, r, etag(v.Generation, form)) {
		return nil
	}
	data := encode(newBackdrop(b))
	if form == gzipForm {
		w.Header().Set("Content-Encoding", "gzip")
		data = compress(data, gzip.BestCompression)
	}
	sendBody(w, http.StatusOK, data)
	return nil
}
