package generate

import (
	_ "embed"
	"strconv"
)

// neighborhood is a part of the city: where its middle lies, in 1e-6 degrees
// from Denver's origin, how far it reaches, and how much happens there.
type neighborhood struct {
	name        string
	east, north int
	reach       int
	weight      int
	district    int
}

// neighborhoods is the map. The names are invented; a place belongs to the
// nearest of them.
var neighborhoods = table(neighborhoodsCSV, func(text []string, number []int) neighborhood {
	return neighborhood{text[0], number[1], number[2], number[3], number[4], number[5]}
})

//go:embed neighborhoods.csv
var neighborhoodsCSV string

var neighborhoodSums = cumulate(neighborhoods, func(n neighborhood) int { return n.weight })

// The map's origin in 1e-8 degrees, and how many of them a metre has there.
const (
	originLon = -104_95000000
	originLat = 39_74000000
	lonMetre  = 1168
	latMetre  = 898
)

// place is an address: degrees in 1e-8, and what belongs to it.
type place struct {
	lon, lat     int64
	neighborhood uint8
	precinct     uint16 // three digits, the first is the district
}

// placeCount is how many addresses the city has, apart from those of its hot
// spots: 15,000 rows then fall on about 3,750 places.
const placeCount = 4600

// newPlaces lays out the addresses of the city. They lie along streets: one
// coordinate on a grid of streets, the other at a house.
func newPlaces(seed uint64) []place {
	rng := newRandom(seed, forPlaces)
	places := make([]place, placeCount)
	for i := range places {
		lon, lat := rng.inNeighborhood()
		const street, house = 120_000, 15_000
		if rng.below(2) == 0 {
			lon, lat = lon/street*street, lat/house*house
		} else {
			lon, lat = lon/house*house, lat/street*street
		}
		places[i] = newPlace(lon+int64(rng.below(1000)), lat+int64(rng.below(1000)))
	}
	return places
}

// inNeighborhood draws a point of the city, in 1e-8 degrees.
func (r *random) inNeighborhood() (lon, lat int64) {
	n := neighborhoods[r.weighted(neighborhoodSums)]
	lon = originLon + 100*int64(n.east+r.triangular(n.reach))
	lat = originLat + 100*int64(n.north+r.triangular(n.reach))
	return lon, lat
}

// newPlace finds the neighborhood and the precinct of a place.
func newPlace(lon, lat int64) place {
	p := place{lon: lon, lat: lat}
	nearest := int64(-1)
	for i, n := range neighborhoods {
		de := (lon-originLon)/lonMetre - int64(n.east)*100/lonMetre
		dn := (lat-originLat)/latMetre - int64(n.north)*100/latMetre
		if sq := de*de + dn*dn; nearest < 0 || sq < nearest {
			nearest, p.neighborhood = sq, uint8(i)
		}
	}
	n := neighborhoods[p.neighborhood]
	p.precinct = uint16(100*n.district + 10*(1+int(p.neighborhood)%3) + 1 + int((lon/1_000_000+lat/1_000_000)%3+3)%3)
	return p
}

// appendDegrees writes 1e-8 degrees as the city does: no zeros at the end. The
// shortest text of so few digits is exact.
func appendDegrees(dst []byte, v int64) []byte {
	return strconv.AppendFloat(dst, float64(v)/1e8, 'f', -1, 64)
}
