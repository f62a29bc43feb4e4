package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
)

// newFolderFrom is an empty folder that begins with batch first: the rows
// before it are not there (consumer --from-row).
func newFolderFrom(t *testing.T, first int) *folder {
	f := emptyFolder(t, batchSize)
	f.chain = crime.StartChain(crime.Source{Title: title, Invented: true, Area: crime.Denver.String()}).Next([]byte("the rows before"))
	from := int64((first-1)*batchSize + 1)
	f.builder = batch.NewBuilder(batch.Config{
		Size: batchSize, Header: crime.AppendHeader(nil), Source: batch.Source{Title: title, Invented: true, Area: crime.Denver.String()}, Topic: "test", FromRow: from,
	}, first, from, f.chain)
	f.cut = make([]*batch.Batch, first-1)
	return f
}

func TestAFolderThatBeginsWithALaterBatch(t *testing.T) {
	f := newFolderFrom(t, 3)
	for n := 3; n <= 4; n++ {
		f.publishBatch(rows[(n-3)*batchSize : (n-2)*batchSize])
		f.publishModel(n)
	}
	s := loaded(t, f.dir)
	holds(t, s, "/readyz", `"ready":true,"models":[3,4],"missing":[]`, `"refused":[]`)
	holds(t, s, "/models", `"latest":4,`, `"models":[{"model":3,`, `{"model":4,`)
	holds(t, s, "/models/3", fmt.Sprintf(`"first_row":%d,`, 2*batchSize+1))
	holds(t, s, "/models/3/clusters", `"model":3,`)
	holds(t, s, "/models/3/points")
	holds(t, s, "/models/3/compare/4")
	holds(t, s, "/report/4", "<html")
	holds(t, s, "/ground")
	id := rows[1].incident
	holds(t, s, "/model3/"+id+"/cluster", `"model":3,`, `"in_training":true`, fmt.Sprintf(`"batch":3,"row":%d`, 2*batchSize+2))
	holds(t, s, "/crimes/"+id, `"clusters":[{"model":3,`, `{"model":4,`, `"batch":3`)
	for _, path := range []string{"/model1/" + id + "/cluster", "/models/2", "/model5/" + id + "/cluster"} {
		if w := get(s, path); w.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d %s, want 404", path, w.Code, w.Body)
		}
	}
	f.publishProvisional(rows[2*batchSize : 2*batchSize+2])
	s = loaded(t, f.dir)
	holds(t, s, "/models", `"latest":4,`, `{"model":5,"provisional":true`)

	// Without the word of the first batch the batches before it are missing.
	g := newFolderFrom(t, 3)
	g.publishBatch(rows[:batchSize])
	g.publishModel(3)
	m := g.cut[2].Manifest
	m.Transport.FromRow = 0
	g.replace(batch.ManifestName(3), m.Encode())
	s = loaded(t, g.dir)
	if w := get(s, "/readyz"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("batch 3 without batches 1 and 2: %d %s", w.Code, w.Body)
	}
}

func TestTheFirstRowsOfALaterFolderAnswerAsProvisional(t *testing.T) {
	f := newFolderFrom(t, 3)
	f.publishProvisional(rows[:2])
	s := loaded(t, f.dir)
	holds(t, s, "/models", `"latest":null,`, `"models":[{"model":3,"provisional":true`)
	holds(t, s, "/model3/"+rows[0].incident+"/cluster", `"model":3,`)
}
