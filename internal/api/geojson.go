package api

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

var geoType = []string{"application/geo+json"}

// geojson is GET /models/{n}.geojson (RFC 7946): for each cluster its centroid,
// its densest spot, and the convex hull of the rows that it was trained on.
func (s *Server) geojson(w http.ResponseWriter, r *http.Request) error {
	v, m, err := s.named(r)
	if err != nil {
		return err
	}
	rows, err := v.Rows(m)
	if err != nil {
		return err
	}
	if unchanged(w, r, v) {
		return nil
	}
	members := make([][]crime.Place, len(m.Clusters))
	for row, x := range rows.Trained(m.Model) {
		at, cluster := row.Place(), m.Nearest(x).Cluster
		members[cluster] = append(members[cluster], crime.Place{Lon: s.rounding.degrees(at.Lon), Lat: s.rounding.degrees(at.Lat)})
	}
	data := []byte(`{"type":"FeatureCollection","features":[`)
	empty := len(data)
	add := func(c *model.Cluster, what string, ring []crime.Place) {
		if len(data) > empty {
			data = append(data, ',')
		}
		data = s.appendFeature(data, m, c, what, ring)
	}
	for i := range m.Clusters {
		c := &m.Clusters[i]
		add(c, "hull", hull(members[i]))
		add(c, "centroid", []crime.Place{{Lon: c.Centroid.Lon, Lat: c.Centroid.Lat}})
		if c.Densest != nil {
			add(c, "densest", []crime.Place{{Lon: c.Densest.Lon, Lat: c.Densest.Lat}})
		}
	}
	sendAs(w, http.StatusOK, geoType, append(data, "]}\n"...))
	return nil
}

// appendFeature appends one feature. The geometry is a point, a line or a ring
// by the number of its places, null without any.
func (s *Server) appendFeature(dst []byte, m *catalog.Model, c *model.Cluster, what string, at []crime.Place) []byte {
	dst = append(dst, `{"type":"Feature","geometry":`...)
	point := func(p crime.Place) {
		dst = s.rounding.append(append(dst, '['), p.Lon)
		dst = append(s.rounding.append(append(dst, ','), p.Lat), ']')
	}
	line := func() {
		for i, p := range at {
			if i > 0 {
				dst = append(dst, ',')
			}
			point(p)
		}
	}
	switch len(at) {
	case 0:
		dst = append(dst, `null`...)
	case 1:
		dst = append(dst, `{"type":"Point","coordinates":`...)
		point(at[0])
		dst = append(dst, '}')
	case 2:
		dst = append(dst, `{"type":"LineString","coordinates":[`...)
		line()
		dst = append(dst, `]}`...)
	default:
		at = append(at, at[0])
		dst = append(dst, `{"type":"Polygon","coordinates":[[`...)
		line()
		dst = append(dst, `]]}`...)
	}
	dst = appendString(append(dst, `,"properties":{"what":`...), what)
	dst = strconv.AppendInt(append(dst, `,"model":`...), int64(m.Model.Model), 10)
	dst = strconv.AppendInt(append(dst, `,"cluster":`...), int64(c.Cluster), 10)
	dst = strconv.AppendInt(append(dst, `,"size":`...), int64(c.Size), 10)
	dst = strconv.AppendFloat(append(dst, `,"share":`...), c.Share, 'f', -1, 64)
	dst = strconv.AppendFloat(append(dst, `,"radius_m":`...), c.RadiusM, 'f', -1, 64)
	return append(dst, `}}`...)
}

// hull is the convex hull of points, counterclockwise from the westernmost,
// each corner once (Andrew's monotone chain, 1979). Points on one line give
// its two ends. It sorts points.
func hull(points []crime.Place) []crime.Place {
	slices.SortFunc(points, func(a, b crime.Place) int { return cmp.Or(cmp.Compare(a.Lon, b.Lon), cmp.Compare(a.Lat, b.Lat)) })
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	half := func(next func(i int) crime.Place) []crime.Place {
		var h []crime.Place
		for i := range points {
			p := next(i)
			for len(h) >= 2 && turn(h[len(h)-2], h[len(h)-1], p) <= 0 {
				h = h[:len(h)-1]
			}
			h = append(h, p)
		}
		return h[:len(h)-1] // the end begins the other half
	}
	lower := half(func(i int) crime.Place { return points[i] })
	upper := half(func(i int) crime.Place { return points[len(points)-1-i] })
	return append(lower, upper...)
}

// turn is positive when the way from a over b to c turns left.
func turn(a, b, c crime.Place) float64 {
	return float64((b.Lon-a.Lon)*(c.Lat-a.Lat)) - float64((b.Lat-a.Lat)*(c.Lon-a.Lon))
}
