package api

import (
	"cmp"
	"net/http"
	"slices"

	"hotspot/internal/catalog"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

const geoJSON = "application/geo+json"

// FeatureCollection is what a GIS reads (RFC 7946).
type FeatureCollection struct {
	Type     string       `json:"type"`
	Features []geoFeature `json:"features"`
}

type geoFeature struct {
	Type       string    `json:"type"`
	Geometry   *geometry `json:"geometry"`
	Properties any       `json:"properties"`
}

type geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"` // as the type asks for
}

// geoProperties are those of a feature of GET /models/{n}.geojson.
type geoProperties struct {
	What    string  `json:"what"` // hull, centroid or spot
	Model   int     `json:"model"`
	Cluster int     `json:"cluster"`
	Size    int     `json:"size"`
	Share   float64 `json:"share"`
	RadiusM float64 `json:"radius_m"`
}

// getGeoJSON is GET /models/{n}.geojson: for each cluster its centroid, its
// spots, and the convex hull of the rows that it was trained on.
func (s *Server) getGeoJSON(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	rows, err := v.Rows(m)
	if err != nil {
		return err
	}
	if sendNotModified(w, r, etag(v.Generation, "")) {
		return nil
	}
	members := make([][]crime.Place, len(m.Clusters))
	for row, x := range rows.Trained(m.Model) {
		at, cluster := s.rounding.place(row.Place()), m.Nearest(x).Cluster
		members[cluster] = append(members[cluster], crime.Place{Lon: float64(at.Lon), Lat: float64(at.Lat)})
	}
	answer := FeatureCollection{"FeatureCollection", []geoFeature{}}
	for i, c := range m.Clusters {
		add := func(what string, at ...crime.Place) {
			answer.Features = append(answer.Features, geoFeature{
				"Feature", s.geometryOf(at), geoProperties{what, m.Number(), c.Cluster, c.Size, c.Share, c.RadiusM},
			})
		}
		add("hull", hull(members[i])...)
		add("centroid", crime.Place{Lon: c.Centroid.Lon, Lat: c.Centroid.Lat})
		for _, spot := range m.SpotsIn(c.Cluster) {
			add("spot", crime.Place{Lon: spot.Lon, Lat: spot.Lat})
		}
	}
	sendAs(w, http.StatusOK, geoJSON, encode(answer))
	return nil
}

// CollectSpots makes of each spot a point whose properties are the spot.
func CollectSpots(spots []model.Spot) FeatureCollection {
	all := FeatureCollection{"FeatureCollection", []geoFeature{}}
	for _, s := range spots {
		all.Features = append(all.Features, geoFeature{"Feature", &geometry{"Point", [2]degrees{degrees(s.Lon), degrees(s.Lat)}}, s})
	}
	return all
}

// geometryOf is a point, a line or a ring by the number of its corners, nil
// without any.
func (s *Server) geometryOf(corners []crime.Place) *geometry {
	var at [][2]degrees
	for _, p := range corners {
		at = append(at, [2]degrees{s.rounding.degrees(p.Lon), s.rounding.degrees(p.Lat)})
	}
	switch len(at) {
	case 0:
		return nil
	case 1:
		return &geometry{"Point", at[0]}
	case 2:
		return &geometry{"LineString", at}
	}
	return &geometry{"Polygon", [][][2]degrees{append(at, at[0])}}
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
