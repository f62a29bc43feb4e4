package generate

import (
	"cmp"
	"slices"
	"time"
)

// where says what is known of a row's place.
type where uint8

const (
	known where = iota
	nowhere
	farOut
)

// row is one offense.
type row struct {
	incident, offense  int64
	occurred, reported int64 // minutes
	kind               uint8 // of kinds
	victims            uint8
	where              where
	far                uint8 // of farPlaces, for farOut
	place              place // for nowhere and farOut its precinct counts
}

// stream makes the rows of a city in their order, with memory that does not
// grow: by minute, and within one by offense id, as prepare sorts.
type stream struct {
	seed    uint64
	d       *dice
	places  []place
	spots   *spots
	minute  int64
	made    int64    // rows
	forced  []forced // what has to happen in this batch, in order
	year    int
	numbers [2]int64 // the last incident numbers of the year: by phone, online
	group   []row
}

// forced is what happens once a batch has so many rows.
type forced struct {
	at       int
	where    where
	incident int64 // 0: a number as any
	offenses int
}

func newStream(seed uint64) *stream {
	return &stream{seed: seed, d: newDice(seed, forRows), places: newPlaces(seed), spots: newSpots(seed), minute: start - 1}
}

// next returns the rows of the next minute that has any. They are valid until
// the next call. A batch's last minute is cut off at the batch's end.
func (s *stream) next() []row {
	if s.made%BatchRows == 0 {
		if s.made > 0 {
			s.spots.change()
		}
		s.force(int(s.made / BatchRows))
	}
	room := int(BatchRows - s.made%BatchRows)
	s.group = s.group[:0]
	for len(s.group) == 0 {
		s.minute++
		// Three chances a minute, each of 20 bits of one number.
		chance := uint64(reportedHours[s.minute%day/hour]) * perDay << 20 / (1000 * hour * 3)
		for u, i := s.d.pcg.Uint64(), 0; i < 3; u, i = u>>20, i+1 {
			if u&(1<<20-1) < chance && len(s.group) < room {
				s.incident()
			}
		}
	}
	s.group = s.group[:min(len(s.group), room)]
	slices.SortFunc(s.group, func(a, b row) int { return cmp.Compare(a.offense, b.offense) })
	s.made += int64(len(s.group))
	return s.group
}

// known incidents: those by which the documentation asks, one in each of the
// first three batches.
var knownIncidents = [...]int64{2018174723, 20166003240, 20176001385}

// force lays down what each batch has: 3 or 4 rows without a place, 2 or 3 far
// out, and in some one incident of 8 offenses.
func (s *stream) force(batch int) {
	d := newDice(s.seed, forBatch+uint64(batch))
	s.forced = s.forced[:0]
	for range d.from(3, 4) {
		s.forced = append(s.forced, forced{at: d.from(100, 4800), where: nowhere, offenses: 1})
	}
	for range d.from(2, 3) {
		s.forced = append(s.forced, forced{at: d.from(100, 4800), where: farOut, offenses: 1})
	}
	if batch < len(knownIncidents) {
		s.forced = append(s.forced, forced{at: 1233, incident: knownIncidents[batch], offenses: 1 + batch%2})
	}
	if batch%10 == 1 {
		s.forced = append(s.forced, forced{at: d.from(100, 4800), offenses: 8})
	}
	slices.SortStableFunc(s.forced, func(a, b forced) int { return cmp.Compare(a.at, b.at) })
}

// incident adds the offenses of one incident to the group.
func (s *stream) incident() {
	d := s.d
	f := forced{offenses: offenses(d)}
	if len(s.forced) > 0 && int(s.made%BatchRows)+len(s.group) >= s.forced[0].at {
		f, s.forced = s.forced[0], s.forced[1:]
	}
	r := row{reported: s.minute, where: f.where, far: uint8(d.n(len(farPlaces))), incident: f.incident}
	if r.incident == 0 {
		r.incident = s.number()
	}
	fl := flavor{hours: anyHours}
	if i := d.weighted(s.spots.sums); i < spotCount {
		sp := &s.spots.active[i]
		r.place = sp.places[d.low(spotPlaces)]
		fl = flavors[sp.flavor]
	} else {
		r.place = s.places[d.low(len(s.places))]
	}
	r.occurred = occurred(d, r.reported, fl.hours)
	first := len(s.group)
	for range f.offenses {
		r.kind = s.kind(fl, s.group[first:])
		r.offense = r.incident*1_000_000 + suffixes[r.kind]
		r.victims = victims(d)
		s.group = append(s.group, r)
	}
}

// number is the next incident number: the year and a number that grows, which
// begins with 6 for what is reported online.
func (s *stream) number() int64 {
	if year := time.Unix(s.minute*60, 0).UTC().Year(); year != s.year {
		s.year, s.numbers = year, [2]int64{0, 6_000_000}
	}
	which, digits := 0, int64(10)
	if s.d.n(4) == 0 {
		which = 1
	}
	s.numbers[which] += int64(s.d.from(1, 7))
	for digits <= s.numbers[which] {
		digits *= 10
	}
	return int64(s.year)*digits + s.numbers[which]
}

// kind draws one that the incident does not have yet.
func (s *stream) kind(f flavor, had []row) uint8 {
	for {
		k := s.d.weighted(kindSums)
		if f.kinds != nil && len(had) == 0 && s.d.n(20) < 11 {
			k = f.kinds[s.d.n(len(f.kinds))]
		}
		if !slices.ContainsFunc(had, func(r row) bool { return r.kind == uint8(k) }) {
			return uint8(k)
		}
	}
}

// offenses draws how many an incident has: several in 5.8 % of them.
func offenses(d *dice) int {
	u, n := d.n(100_000), 1
	for _, more := range [...]int{5800, 870, 143, 28, 8, 3, 1} {
		if u < more {
			n++
		}
	}
	return n
}

// victims draws VICTIM_COUNT.
func victims(d *dice) uint8 {
	u, n := d.n(10_000), uint8(1)
	for _, more := range [...]int{129, 37, 17, 10, 5} {
		if u < more {
			n++
		}
	}
	return n
}

// suffixes are the last six digits of an offense id: code and extension.
var suffixes = func() (s [len(kinds)]int64) {
	for i, k := range kinds {
		for _, c := range k.code + "0" + k.extension {
			s[i] = 10*s[i] + int64(c-'0')
		}
	}
	return s
}()
