package api_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
)

// row is a crime of a test's folder: the columns that answers depend on.
type row struct {
	incident, offense string
	kind, category    string
	lon, lat          string
}

const (
	title     = "Test city"
	batchSize = 4
)

// The rows of three batches. Incident 2018174723 has offenses at two places in
// batch 1 and one in batch 2; 31 has no place in batch 1 and one in batch 2.
var rows = []row{
	{"5", "5230800", "theft-other", "larceny", "", ""},
	{"2018174723", "2018174723230500", "theft-of-bicycle", "larceny", "-104.9800", "39.7400"},
	{"2018174723", "2018174723299900", "criminal-mischief", "public-disorder", "-104.9000", "39.7800"},
	{"31", "31230300", "theft \"shop\" <lift>", "larceny", "", ""},

	{"77", "77230300", "theft-shoplift", "larceny", "0", "0"},
	{"2018174723", "2018174723571700", "trespassing", "all-other-crimes", "-104.6700", "39.8500"},
	{"31", "31299900", "criminal-mischief", "public-disorder", "-104.9500", "39.7400"},
	{"9223372036854775806", "9223372036854775807", "arson", "arson", "-104.97", "39.73"},

	{"0", "0", "theft-other", "larceny", "-104.98", "39.74"},
	{"201910", "201910230500", "theft-other", "larceny", "-104.99", "39.75"},
	{"201911", "201911230500", "theft-other", "larceny", "-104.91", "39.77"},
	{"201912", "201912230500", "theft-other", "larceny", "-104.66", "39.84"},
}

// places are the centroids of every model.
var places = []crime.Place{{Lon: -104.98, Lat: 39.74}, {Lon: -104.9, Lat: 39.78}, {Lon: -104.67, Lat: 39.85}}

// folder is a folder of batches and models that a test fills.
type folder struct {
	t       testing.TB
	dir     string
	builder *batch.Builder
	chain   crime.Chain
	cut     []*batch.Batch

	consumer *durable.Folder // that has the folder's lock; nil before lock
}

// newFolder is a folder with the given number of batches of rows and a model
// of each.
func newFolder(t testing.TB, batches int) *folder {
	t.Helper()
	f := emptyFolder(t, batchSize)
	for n := range batches {
		f.publishBatch(rows[n*batchSize : (n+1)*batchSize])
		f.publishModel(n + 1)
	}
	return f
}

func emptyFolder(t testing.TB, size int) *folder {
	t.Helper()
	f := &folder{t: t, dir: t.TempDir(), chain: crime.StartChain(crime.Source{Title: title, Invented: true, Area: crime.Denver.String()})}
	f.builder = batch.NewBuilder(batch.Config{
		Size: size, Header: crime.AppendHeader(nil), Source: batch.Source{Title: title, Invented: true, Area: crime.Denver.String()}, Topic: "test",
	}, 1, 1, f.chain)
	return f
}

// record is a whole row, numbered, so that dates differ.
func (r row) record(t testing.TB, n int64) crime.Record {
	t.Helper()
	var text [crime.NumColumns]string
	text[crime.ColIncidentID], text[crime.ColOffenseID], text[crime.ColCityID] = r.incident, r.offense, "GO-"+r.incident
	text[crime.ColOffenseType], text[crime.ColOffenseCategory] = r.kind, r.category
	text[crime.ColGeoLon], text[crime.ColGeoLat] = r.lon, r.lat
	text[crime.ColReported] = fmt.Sprintf("2019-01-%02dT00:13:00", 1+n%28)
	rec, err := crime.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// cutBatch makes the next batch without publishing it.
func (f *folder) cutBatch(rows []row) *batch.Batch {
	f.t.Helper()
	f.add(rows)
	b := f.builder.Cut(map[int]int64{0: f.builder.Next() - 1}, 0, 0)
	f.cut = append(f.cut, b)
	return b
}

func (f *folder) publishBatch(rows []row) {
	f.t.Helper()
	b := f.cutBatch(rows)
	f.replace(b.Manifest.CSV.Name, b.CSV)
	f.replace(batch.ManifestName(b.Manifest.Batch), b.Manifest.Encode())
}

// newModel is the model of batch n, with its centroids on places.
func (f *folder) newModel(n int, places ...crime.Place) *model.Model {
	f.t.Helper()
	b := f.cut[n-1].Manifest
	frame, set := feature.Default(), feature.Geo
	m := &model.Model{
		Format: model.Format, Model: n, Title: title, Invented: true,
		Batch: model.Batch{
			Number: n, SHA256: b.CSV.SHA256, FirstRow: b.FirstRow, LastRow: b.LastRow,
			ChainAfter: b.ChainAfter, Reported: model.Reported(b.Reported),
		},
		Rows:     model.Rows{Total: b.Rows, Trained: b.Rows, DistinctPlaces: b.Rows},
		Settings: model.DefaultSettings(), Reproducible: true, Frame: frame, Features: set.Columns(),
		Status: model.Converged, Iterations: 3, Inertia: 52719.1045845928,
		Silhouette: &model.Silhouette{Value: 0.4561, Kind: "exact"},
	}
	m.Settings.K = len(places)
	m.Rows.DistinctPlaces = max(len(places), 1)
	if len(places) == 1 {
		m.Silhouette = nil
	}
	left := b.Rows
	for i, p := range places {
		size := b.Rows / len(places)
		if i == len(places)-1 {
			size = left
		}
		left -= size
		east, north := frame.Project(p)
		m.Clusters = append(m.Clusters, model.Cluster{
			Cluster: i, Size: size, Share: model.Share(size, b.Rows), RadiusM: 812.5,
			Centroid:     model.Centroid{EastKm: east, NorthKm: north, Extra: []float64{}, Lon: p.Lon, Lat: p.Lat},
			HoursUnknown: size, WeekdaysUnknown: size, Categories: []model.Category{}, Neighborhoods: []model.Neighborhood{},
		})
	}
	return m
}

func (f *folder) publishModel(n int) {
	f.t.Helper()
	f.publish(f.newModel(n, places...))
}

func (f *folder) publish(m *model.Model) {
	f.t.Helper()
	f.replace(model.Name(m.Model), m.Encode())
}

// replace puts a file with data in the place of name, by a rename as package
// durable does, but without waiting for the disk.
func (f *folder) replace(name string, data []byte) {
	f.t.Helper()
	tmp := filepath.Join(f.dir, ".new")
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Rename(tmp, f.path(name)); err != nil {
		f.t.Fatal(err)
	}
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

func (f *folder) read(name string) []byte {
	f.t.Helper()
	data, err := os.ReadFile(f.path(name))
	if err != nil {
		f.t.Fatal(err)
	}
	return data
}

func (f *folder) remove(name string) {
	f.t.Helper()
	if err := os.Remove(f.path(name)); err != nil {
		f.t.Fatal(err)
	}
}

// openStatus writes open.json, as a consumer does that holds the folder's lock.
func (f *folder) openStatus(batch, rows int, state string) {
	f.t.Helper()
	f.lock()
	f.replace("open.json", fmt.Appendf(nil, `{"format":"hotspot.open/2","title":"Denver crime","invented":true,"batch":%d,"first_row":1,"rows":%d,"batch_size":%d,`+
		`"state":%q,"detail":"","training":null,"reported":{"first":"","last":""},"lag":0,"duplicates":0,"dead_letters":0,"recent":[]}`,
		batch, rows, batchSize, state))
}

// lock takes the folder's lock until the test ends, as a consumer does.
func (f *folder) lock() {
	f.t.Helper()
	if f.consumer != nil {
		return
	}
	var err error
	if f.consumer, err = durable.Open(f.dir); err == nil {
		err = f.consumer.Lock()
	}
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { f.consumer.Unlock() })
}

// damaged is data with one byte changed, far from its ends.
func damaged(data []byte) []byte {
	out := slices.Clone(data)
	i := bytes.Index(out, []byte(`"iterations": `)) + len(`"iterations": `)
	out[i] ^= 1
	return out
}
