package api

import (
	"log/slog"
	"testing"
)

// FuzzTheShortWayFindsWhatTheTreeFinds holds clusterPath to chi.
func FuzzTheShortWayFindsWhatTheTreeFinds(f *testing.F) {
	s, err := New(slog.New(slog.DiscardHandler), Config{Dir: f.TempDir(), Options: Options{Listen: "127.0.0.1:0"}})
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range []string{
		"/model1/2/cluster", "/model1/2/cluster/", "/model/2/cluster", "/model1//cluster", "/model1/cluster", "/models/2/cluster",
		"/model1/2/3/cluster", "/model1/2/cluster/cluster", "/model1/cluster/cluster", "/model/cluster", "/models/1/clusters",
		"/model1/%2F/cluster", "/model{n}/{crime_id}/cluster", "/model1/2/Cluster", "//model1/2/cluster", "/models/1.geojson/cluster", "",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		r, p := s.routes.find(path)
		want, q := s.routes.search(path)
		if r != want || r != nil && p != q {
			t.Errorf("%q: %v with %q, the tree %v with %q", path, r, p, want, q)
		}
	})
}
