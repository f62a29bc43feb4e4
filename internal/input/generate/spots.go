package generate

import (
	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Planted is the truth about the hot spots of a city of so many rows, in the
// order in which they begin, then by ID. They change after every BatchRows
// rows: one vanishes, one appears elsewhere, one moves by 1.2 to 2.5 km, the
// others stay.
func Planted(seed uint64, rows int) []source.HotSpot {
	if seed == 0 {
		seed = 1
	}
	var planted []source.HotSpot
	var open [spotCount]int // index in planted
	spots := newSpots(seed)
	for first := int64(1); first <= int64(rows); first += BatchRows {
		if first > 1 {
			spots.change()
		}
		for i, s := range spots.active {
			if s.since == spots.batch {
				if first > 1 {
					before := &planted[open[i]]
					if before.Ended = source.Vanished; before.ID == s.id {
						before.Ended = source.Moved
					}
				}
				open[i] = len(planted)
				planted = append(planted, s.truth(first))
			}
			planted[open[i]].LastRow = min(first+BatchRows-1, int64(rows))
		}
	}
	return planted
}

// spot is a hot spot of the moment.
type spot struct {
	id       int
	lon, lat int64 // 1e-8 degrees
	radius   int   // metres
	share    int   // of 1000 incidents
	flavor   int   // of flavors
	since    int   // the batch in which it came to this place
	began    source.Change
	places   [spotPlaces]place
}

const (
	spotCount  = 7
	spotPlaces = 24
)

func (s *spot) truth(first int64) source.HotSpot {
	return source.HotSpot{
		ID:     s.id,
		Center: crime.Place{Lon: float64(s.lon/100) / 1e6, Lat: float64(s.lat/100) / 1e6}, RadiusM: s.radius,
		Share: float64(s.share) / 1000, Category: kinds[flavors[s.flavor].kinds[0]].category,
		FirstRow: first, Began: s.began, Ended: source.There,
	}
}

// spots are the hot spots of the city in one batch after the other.
type spots struct {
	seed   uint64
	batch  int
	ids    int
	active [spotCount]spot
	sums   []int // cumulative shares, the rest of the city last
}

func newSpots(seed uint64) *spots {
	s := &spots{seed: seed}
	d := newDice(seed, forSpots)
	for i := range s.active {
		s.plant(d, i, source.There)
	}
	s.sum()
	return s
}

// change goes on to the next batch.
func (s *spots) change() {
	s.batch++
	d := newDice(s.seed, forSpots+uint64(s.batch))
	s.plant(d, 2*s.batch%spotCount, source.Appeared)
	s.move(d, (2*s.batch+1)%spotCount)
	s.sum()
}

// plant puts a new hot spot in the place of the i-th, which vanishes.
func (s *spots) plant(d *dice, i int, began source.Change) {
	sums := cumulate(neighborhoods[:], func(n neighborhood) int { return n.weight })
	s.ids++
	sp := spot{
		id: s.ids, radius: 50 * d.from(3, 7), share: 5 * d.from(7, 14), flavor: s.ids % len(flavors),
		since: s.batch, began: began,
	}
	for tries := 0; ; tries++ {
		n := neighborhoods[d.weighted(sums)]
		sp.lon = originLon + 100*int64(n.east+d.hill(n.reach))
		sp.lat = originLat + 100*int64(n.north+d.hill(n.reach))
		// The one that vanishes counts too: the new one is to be elsewhere.
		if s.alone(&sp, -1, 2000) || tries > 1000 {
			break
		}
	}
	sp.lay(d)
	s.active[i] = sp
}

// move puts the i-th hot spot elsewhere.
func (s *spots) move(d *dice, i int) {
	sp := s.active[i]
	for tries := 0; ; tries++ {
		east, north := d.from(-2500, 2500), d.from(-2500, 2500)
		if sq := east*east + north*north; sq < 1200*1200 || sq > 2500*2500 {
			continue
		}
		sp.lon = s.active[i].lon + int64(east*lonMetre)
		sp.lat = s.active[i].lat + int64(north*latMetre)
		if sp.inCity() && s.alone(&sp, i, 1500) || tries > 1000 {
			break
		}
	}
	sp.since, sp.began = s.batch, source.Moved
	sp.lay(d)
	s.active[i] = sp
}

// inCity keeps wanderers where the neighborhoods are.
func (s *spot) inCity() bool {
	east, north := (s.lon-originLon)/100, (s.lat-originLat)/100
	return -120_000 < east && east < 300_000 && -105_000 < north && north < 130_000
}

// alone reports that no other hot spot is within so many metres.
func (s *spots) alone(sp *spot, but, metres int) bool {
	for i := range s.active {
		o := &s.active[i]
		de, dn := (sp.lon-o.lon)/lonMetre, (sp.lat-o.lat)/latMetre
		if i != but && o.share > 0 && de*de+dn*dn < int64(metres)*int64(metres) {
			return false
		}
	}
	return true
}

// lay finds the addresses of a hot spot.
func (s *spot) lay(d *dice) {
	for i := range s.places {
		for {
			east, north := d.hill(s.radius), d.hill(s.radius)
			if east*east+north*north <= s.radius*s.radius {
				s.places[i] = newPlace(s.lon+int64(east*lonMetre+d.n(1000)), s.lat+int64(north*latMetre+d.n(800)))
				break
			}
		}
	}
}

// sum makes the sums by which an incident finds its hot spot.
func (s *spots) sum() {
	shares := make([]int, 0, spotCount+1)
	rest := 1000
	for i := range s.active {
		shares = append(shares, s.active[i].share)
		rest -= s.active[i].share
	}
	s.sums = cumulate(append(shares, rest), func(n int) int { return n })
}
