package api

import (
	"net/http"
	"slices"

	"hotspot/internal/catalog"
	"hotspot/internal/model"
)

// spotList is /models/{n}/spots: those of the file, with places as answers show them.
type spotList struct {
	modelName
	Rows      int              `json:"rows"` // that were trained on
	Reported  model.Reported   `json:"reported"`
	AlignedTo *int             `json:"aligned_to"` // the model before, nil without one
	Spots     []model.Spot     `json:"spots"`
	Gone      []model.SpotGone `json:"spots_gone"`
}

// spotsOf are the spots of a model as answers show them.
func (s *Server) spotsOf(m *catalog.Model) []model.Spot {
	spots := slices.Clone(m.Spots)
	for i := range spots {
		s.rounding.round(&spots[i].Lon, &spots[i].Lat)
	}
	return spots
}

// listSpots is GET /models/{n}/spots.
func (s *Server) listSpots(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	list := spotList{nameModel(m), m.Rows.Trained, m.Batch.Reported, m.AlignedTo, s.spotsOf(m), slices.Clone(m.SpotsGone)}
	for i := range list.Gone {
		s.rounding.round(&list.Gone[i].Lon, &list.Gone[i].Lat)
	}
	send(w, r, v, encode(list))
	return nil
}

// getSpotsGeoJSON is GET /models/{n}/spots.geojson.
func (s *Server) getSpotsGeoJSON(w http.ResponseWriter, r *http.Request, v *catalog.View, m *catalog.Model) error {
	if !sendNotModified(w, r, etag(v.Generation, "")) {
		sendAs(w, http.StatusOK, geoJSON, encode(CollectSpots(s.spotsOf(m))))
	}
	return nil
}
