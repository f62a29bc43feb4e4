package generate

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// where says what is known of a row's place.
type where uint8

const (
	known where = iota
	unlocated
	farAway
)

// row is one offense.
type row struct {
	incident, offense  int64
	occurred, reported int64 // minutes
	offenseType        uint8 // of offenseTypes
	victims            uint8
	where              where
	far                uint8 // of farPlaces, for farAway
	place              place // for unlocated and farAway its precinct counts
}

// generator makes the rows of a city in their order, with memory that does not
// grow: by minute, and within one by offense id, as prepare sorts.
type generator struct {
	seed    uint64
	rng     *random
	places  []place
	spots   *hotSpots
	minute  int64
	made    int64     // rows
	planned []planned // what has to happen in this batch, in order
	still   bool      // the hot spots never change
	year    int
	numbers [2]int64 // the last incident numbers of the year: by phone, online
	group   []row
}

// planned is what happens once a batch has so many rows.
type planned struct {
	at       int
	where    where
	incident int64 // 0: a number as any
	offenses int
}

func newGenerator(seed uint64) *generator {
	return &generator{seed: seed, rng: newRandom(seed, forRows), places: newPlaces(seed), spots: newHotSpots(seed), minute: start - 1}
}

// next returns the rows of the next minute that has any. They are valid until
// the next call. A batch's last minute is cut off at the batch's end.
func (g *generator) next() []row {
	if g.made%batchRows == 0 {
		if g.made > 0 && !g.still {
			g.spots.change()
		}
		g.plan(int(g.made / batchRows))
	}
	room := int(batchRows - g.made%batchRows)
	g.group = g.group[:0]
	for len(g.group) == 0 {
		g.minute++
		// Three chances a minute, each of 20 bits of one number.
		chance := uint64(reportedHours[g.minute%day/hour]) * perDay << 20 / (1000 * hour * 3)
		for u, i := g.rng.pcg.Uint64(), 0; i < 3; u, i = u>>20, i+1 {
			if u&(1<<20-1) < chance && len(g.group) < room {
				g.incident()
			}
		}
	}
	g.group = g.group[:min(len(g.group), room)]
	slices.SortFunc(g.group, func(a, b row) int { return cmp.Compare(a.offense, b.offense) })
	g.made += int64(len(g.group))
	return g.group
}

// documentedIncidents are those that the documentation asks for, one in each of
// the first three batches.
var documentedIncidents = [...]int64{2018174723, 20166003240, 20176001385}

// plan lays down what each batch has: 3 or 4 rows without a place, 2 or 3 far
// out, and in some one incident of 8 offenses.
func (g *generator) plan(batch int) {
	rng := newRandom(g.seed, forBatch+uint64(batch))
	g.planned = g.planned[:0]
	for range rng.between(3, 4) {
		g.planned = append(g.planned, planned{at: rng.between(100, 4800), where: unlocated, offenses: 1})
	}
	for range rng.between(2, 3) {
		g.planned = append(g.planned, planned{at: rng.between(100, 4800), where: farAway, offenses: 1})
	}
	if batch < len(documentedIncidents) {
		g.planned = append(g.planned, planned{at: 1233, incident: documentedIncidents[batch], offenses: 1 + batch%2})
	}
	if batch%10 == 1 {
		g.planned = append(g.planned, planned{at: rng.between(100, 4800), offenses: 8})
	}
	slices.SortStableFunc(g.planned, func(a, b planned) int { return cmp.Compare(a.at, b.at) })
}

// incident adds the offenses of one incident to the group.
func (g *generator) incident() {
	rng := g.rng
	now := planned{offenses: rng.several(100_000, 5800, 870, 143, 28, 8, 3, 1)} // several in 5.8 % of them
	if len(g.planned) > 0 && int(g.made%batchRows)+len(g.group) >= g.planned[0].at {
		now, g.planned = g.planned[0], g.planned[1:]
	}
	r := row{reported: g.minute, where: now.where, far: uint8(rng.below(len(farPlaces))), incident: now.incident}
	if r.incident == 0 {
		r.incident = g.number()
	}
	p := profile{hours: anyHours}
	if i := rng.weighted(g.spots.sums); i < hotSpotCount {
		sp := &g.spots.active[i]
		r.place = sp.places[rng.skewed(hotSpotPlaces)]
		p = profiles[sp.profile]
	} else {
		r.place = g.places[rng.skewed(len(g.places))]
	}
	r.occurred = occurred(rng, r.reported, p.hours)
	first := len(g.group)
	for range now.offenses {
		r.offenseType = g.offenseType(p, g.group[first:])
		r.offense = r.incident*1_000_000 + suffixes[r.offenseType]
		r.victims = uint8(rng.several(10_000, 129, 37, 17, 10, 5))
		g.group = append(g.group, r)
	}
}

// number is the next incident number: the year and a number that grows, which
// begins with 6 for what is reported online.
func (g *generator) number() int64 {
	if year := time.Unix(g.minute*60, 0).UTC().Year(); year != g.year {
		g.year, g.numbers = year, [2]int64{0, 6_000_000}
	}
	which, digits := 0, int64(10)
	if g.rng.below(4) == 0 {
		which = 1
	}
	g.numbers[which] += int64(g.rng.between(1, 7))
	for digits <= g.numbers[which] {
		digits *= 10
	}
	return int64(g.year)*digits + g.numbers[which]
}

// offenseType draws one that the incident does not have yet.
func (g *generator) offenseType(p profile, had []row) uint8 {
	for {
		k := g.rng.weighted(typeSums)
		if p.types != nil && len(had) == 0 && g.rng.below(20) < 11 {
			k = p.types[g.rng.below(len(p.types))]
		}
		if !slices.ContainsFunc(had, func(r row) bool { return r.offenseType == uint8(k) }) {
			return uint8(k)
		}
	}
}

// suffixes are the last six digits of an offense id: code and extension.
var suffixes = func() (all []int64) {
	for _, t := range offenseTypes {
		n, _ := strconv.ParseInt(t.code+"0"+t.extension, 10, 64)
		all = append(all, n)
	}
	return all
}()
