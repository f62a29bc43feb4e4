package api

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"sync"

	"hotspot/internal/model"
)

// The ground is a base map that needs no map: which neighborhood the crimes of
// a cell say that it is in. It is made of the first batches alone, so that it
// stops changing, and once for a state of them.
const (
	groundBatches = 20
	groundCellM   = 250.0 // side of a cell, meters
	groundReach   = 3     // empty cells so near to crimes are given to their neighborhood
	groundCells   = 400   // greatest number of cells from side to side
)

// ground is GET /ground.
type ground struct {
	Width   int          `json:"width"`  // cells from west to east
	Height  int          `json:"height"` // cells from south to north
	West    float64      `json:"west"`
	South   float64      `json:"south"`
	StepLon float64      `json:"step_lon"`
	StepLat float64      `json:"step_lat"`
	Names   []groundName `json:"names"` // by crimes, most first
	Cells   []int        `json:"cells"` // row by row from the south-west: index in names, -1 is no ground
}

// groundName is a neighborhood and the median place of its crimes.
type groundName struct {
	ID  string  `json:"id"`
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// grounds keeps the one that was made last.
type grounds struct {
	mu   sync.Mutex
	of   []*chunk // guarded by mu
	text []byte   // guarded by mu: the body
	gzip []byte   // guarded by mu
}

func (s *Server) ground(w http.ResponseWriter, r *http.Request) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	chunks := snap.chunks[snap.before:]
	chunks = chunks[:min(len(chunks), groundBatches)]
	for _, c := range chunks {
		if c.unread {
			return snap.stillLoading("The first batches are")
		}
	}
	g := &s.grounds
	g.mu.Lock()
	if g.text == nil || !slices.Equal(g.of, chunks) {
		g.of, g.text = chunks, encode(makeGround(chunks))
		g.gzip = compress(g.text, gzip.BestCompression)
	}
	text, small := g.text, g.gzip
	g.mu.Unlock()
	h := w.Header()
	h["Vary"] = varyCoding
	if !takesGzip(r) {
		send(w, r, snap, text)
	} else if !cached(w, r, formed(snap.etag, gzipForm)) {
		h["Content-Encoding"] = gzipCoding
		sendBody(w, http.StatusOK, small)
	}
	return nil
}

// hood is a neighborhood while the ground is made.
type hood struct {
	id       string
	lon, lat []float64
}

// makeGround lays out the places of the batches.
func makeGround(chunks []*chunk) *ground {
	hoods := map[string]*hood{} // by id, as JSON
	for _, c := range chunks {
		for i := range c.lon {
			id := c.neighborhoods[c.parts[i]]
			if math.IsNaN(c.lon[i]) || id == `""` {
				continue
			}
			h := hoods[id]
			if h == nil {
				h = &hood{}
				if err := json.Unmarshal([]byte(id), &h.id); err != nil {
					panic(err) // newChunk wrote it
				}
				hoods[id] = h
			}
			h.lon, h.lat = append(h.lon, c.lon[i]), append(h.lat, c.lat[i])
		}
	}
	all := make([]*hood, 0, len(hoods))
	for _, h := range hoods {
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b *hood) int { return cmp.Or(len(b.lon)-len(a.lon), cmp.Compare(a.id, b.id)) })
	return layOut(all)
}

// layOut gives every cell the neighborhood of most of its crimes; all are in
// the order of their size, which also settles ties.
func layOut(all []*hood) *ground {
	g := &ground{Names: []groundName{}, Cells: []int{}}
	var lons, lats []float64
	for _, h := range all {
		lons, lats = append(lons, h.lon...), append(lats, h.lat...)
		g.Names = append(g.Names, groundName{h.id, model.Round(median(h.lon), 4), model.Round(median(h.lat), 4)})
	}
	if len(lons) == 0 {
		return g
	}
	// A place of a wrong country must not stretch the grid.
	west, east := middle(lons)
	south, north := middle(lats)
	g.StepLat = groundCellM / 1000 / 6371.0088 * 180 / math.Pi
	g.StepLon = g.StepLat / math.Max(0.05, math.Cos((south+north)/2*math.Pi/180))
	stretch := math.Max(1, math.Max((east-west)/g.StepLon, (north-south)/g.StepLat)/(groundCells-2*groundReach-1))
	g.StepLon, g.StepLat = model.Round(g.StepLon*stretch, 8), model.Round(g.StepLat*stretch, 8)
	g.West, g.South = model.Round(west-groundReach*g.StepLon, 6), model.Round(south-groundReach*g.StepLat, 6)
	g.Width = int((east-g.West)/g.StepLon) + 1 + groundReach
	g.Height = int((north-g.South)/g.StepLat) + 1 + groundReach
	g.Cells = make([]int, g.Width*g.Height)
	most := make([]int, len(g.Cells))
	for i := range g.Cells {
		g.Cells[i] = -1
	}
	for n, h := range all {
		counts := map[int]int{}
		for i := range h.lon {
			x, y := int(math.Floor((h.lon[i]-g.West)/g.StepLon)), int(math.Floor((h.lat[i]-g.South)/g.StepLat))
			if x < 0 || y < 0 || x >= g.Width || y >= g.Height {
				continue
			}
			at := y*g.Width + x
			if counts[at]++; counts[at] > most[at] {
				most[at], g.Cells[at] = counts[at], n
			}
		}
	}
	g.grow()
	return g
}

// grow gives empty cells near others to a neighborhood beside them, a ring of
// cells at a time, so that streets without crimes tear no holes.
func (g *ground) grow() {
	for range groundReach {
		next := slices.Clone(g.Cells)
		for i, n := range g.Cells {
			if n >= 0 {
				continue
			}
			x, y := i%g.Width, i/g.Width
			for _, d := range [...][2]int{{-1, 0}, {0, -1}, {1, 0}, {0, 1}} {
				u, v := x+d[0], y+d[1]
				if u >= 0 && v >= 0 && u < g.Width && v < g.Height && g.Cells[v*g.Width+u] >= 0 {
					next[i] = g.Cells[v*g.Width+u]
					break
				}
			}
		}
		g.Cells = next
	}
}

// median is the middle one of all, at least one.
func median(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }

// middle is the range of all but the outermost thousandth on each side.
func middle(all []float64) (least, most float64) {
	slices.Sort(all)
	cut := len(all) / 1000
	return all[cut], all[len(all)-1-cut]
}
