package train

import (
	"hotspot/internal/kmeans"
	"hotspot/internal/model"
)

// quality judges the areas of m by the indices that cost one look at the rows;
// nil where there is nothing to judge, with a single area.
func quality(m *model.Model, r *rows, labels []int32) *model.Quality {
	i := kmeans.Judge(r.x, r.d, labels, len(m.Clusters))
	if i == (kmeans.Indices{}) {
		return nil
	}
	return &model.Quality{
		Explained:        model.Round(i.Explained, 4),
		CalinskiHarabasz: model.Round(i.CalinskiHarabasz, 1),
		DaviesBouldin:    model.Round(i.DaviesBouldin, 4),
	}
}
