package generate

import (
	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// Planted is the truth about the hot spots of a city of so many rows, in the
// order in which they begin, then by ID. They change after every batchRows
// rows: one vanishes, one appears elsewhere, one moves by 1.2 to 2.5 km, the
// others stay.
func Planted(seed uint64, rows int) []source.HotSpot {
	if seed == 0 {
		seed = 1
	}
	var planted []source.HotSpot
	var open [hotSpotCount]int // index in planted
	spots := newHotSpots(seed)
	for first := int64(1); first <= int64(rows); first += batchRows {
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
			planted[open[i]].LastRow = min(first+batchRows-1, int64(rows))
		}
	}
	return planted
}

// hotSpot is a hot spot of the moment.
type hotSpot struct {
	id       int
	lon, lat int64 // 1e-8 degrees
	radius   int   // metres
	share    int   // of 1000 incidents
	profile  int   // of profiles
	since    int   // the batch in which it came to this place
	began    source.Change
	places   [hotSpotPlaces]place
}

const (
	hotSpotCount  = 7
	hotSpotPlaces = 24
)

func (s *hotSpot) truth(first int64) source.HotSpot {
	return source.HotSpot{
		ID:     s.id,
		Center: crime.Place{Lon: float64(s.lon/100) / 1e6, Lat: float64(s.lat/100) / 1e6}, RadiusM: s.radius,
		Share: float64(s.share) / 1000, Category: offenseTypes[profiles[s.profile].types[0]].category,
		FirstRow: first, Began: s.began, Ended: source.There,
	}
}

// hotSpots are the hot spots of the city in one batch after the other.
type hotSpots struct {
	seed   uint64
	batch  int
	ids    int
	active [hotSpotCount]hotSpot
	sums   []int // cumulative shares, the rest of the city last
}

func newHotSpots(seed uint64) *hotSpots {
	s := &hotSpots{seed: seed}
	rng := newRandom(seed, forHotSpots)
	for i := range s.active {
		s.plant(rng, i, source.There)
	}
	s.sumShares()
	return s
}

// change goes on to the next batch.
func (s *hotSpots) change() {
	s.batch++
	rng := newRandom(s.seed, forHotSpots+uint64(s.batch))
	s.plant(rng, 2*s.batch%hotSpotCount, source.Appeared)
	s.move(rng, (2*s.batch+1)%hotSpotCount)
	s.sumShares()
}

// plant puts a new hot spot in the place of the i-th, which vanishes.
func (s *hotSpots) plant(rng *random, i int, began source.Change) {
	s.ids++
	sp := hotSpot{
		id: s.ids, radius: 50 * rng.between(3, 7), share: 5 * rng.between(7, 14), profile: s.ids % len(profiles),
		since: s.batch, began: began,
	}
	for tries := 0; ; tries++ {
		sp.lon, sp.lat = rng.inNeighborhood()
		// The one that vanishes counts too: the new one is to be elsewhere.
		if s.isAlone(&sp, -1, 2000) || tries > 1000 {
			break
		}
	}
	sp.layOut(rng)
	s.active[i] = sp
}

// move puts the i-th hot spot elsewhere.
func (s *hotSpots) move(rng *random, i int) {
	sp := s.active[i]
	for tries := 0; ; tries++ {
		east, north := rng.between(-2500, 2500), rng.between(-2500, 2500)
		if sq := east*east + north*north; sq < 1200*1200 || sq > 2500*2500 {
			continue
		}
		sp.lon = s.active[i].lon + int64(east*lonMetre)
		sp.lat = s.active[i].lat + int64(north*latMetre)
		if sp.inCity() && s.isAlone(&sp, i, 1500) || tries > 1000 {
			break
		}
	}
	sp.since, sp.began = s.batch, source.Moved
	sp.layOut(rng)
	s.active[i] = sp
}

// inCity keeps wanderers where the neighborhoods are.
func (s *hotSpot) inCity() bool {
	east, north := (s.lon-originLon)/100, (s.lat-originLat)/100
	return -120_000 < east && east < 300_000 && -105_000 < north && north < 130_000
}

// isAlone reports that no other hot spot is within so many metres.
func (s *hotSpots) isAlone(sp *hotSpot, but, metres int) bool {
	for i := range s.active {
		o := &s.active[i]
		de, dn := (sp.lon-o.lon)/lonMetre, (sp.lat-o.lat)/latMetre
		if i != but && o.share > 0 && de*de+dn*dn < int64(metres)*int64(metres) {
			return false
		}
	}
	return true
}

// layOut finds the addresses of a hot spot.
func (s *hotSpot) layOut(rng *random) {
	for i := range s.places {
		for {
			east, north := rng.triangular(s.radius), rng.triangular(s.radius)
			if east*east+north*north <= s.radius*s.radius {
				s.places[i] = newPlace(s.lon+int64(east*lonMetre+rng.below(1000)), s.lat+int64(north*latMetre+rng.below(800)))
				break
			}
		}
	}
}

// sumShares makes the sums by which an incident finds its hot spot.
func (s *hotSpots) sumShares() {
	shares := make([]int, 0, hotSpotCount+1)
	rest := 1000
	for i := range s.active {
		shares = append(shares, s.active[i].share)
		rest -= s.active[i].share
	}
	s.sums = cumulate(append(shares, rest), func(n int) int { return n })
}
