package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hotspot/internal/testkit"
)

// folderIs is what /readyz says of the folder, and with what status.
func folderIs(t testing.TB, s http.Handler) (code int, stale bool, why, state string) {
	t.Helper()
	w := get(s, "/readyz")
	var r struct {
		Stale  bool
		Folder string
		Ingest struct{ State string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return w.Code, r.Stale, r.Folder, r.Ingest.State
}

func TestAnAbsentFolderIsNotAnEmptyOne(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	typo := filepath.Join(dir, "typo")
	for path, why := range map[string]string{typo: "no such folder", file: "not a directory", filepath.Join(file, "under"): "not a directory"} {
		s := notLoaded(t, path)
		if err := s.Load(t.Context()); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), why) {
			t.Errorf("Load of %s: %v, want the path and %q", path, err, why)
		}
		if code, stale, got, _ := folderIs(t, s); code != 503 || !stale || got != why {
			t.Errorf("/readyz of %s: %d, stale %t, folder %q; want 503, true, %q", path, code, stale, got, why)
		}
		for _, asked := range []string{"/models", "/model1/5/cluster", "/events"} {
			w := get(s, asked)
			if body := w.Body.String(); w.Code != 503 || !strings.Contains(body, "/problems/folder-unreadable") || !strings.Contains(body, why) || strings.Contains(body, dir) {
				t.Errorf("%s of %s: %d %s, want folder-unreadable, %q and no path", asked, path, w.Code, body, why)
			}
		}
	}

	s := notLoaded(t, typo)
	if err := os.Mkdir(typo, 0o755); err != nil {
		t.Fatal(err)
	}
	load(t, s)
	if w := get(s, "/models"); w.Code != 200 {
		t.Errorf("/models of an empty folder: %d %s", w.Code, w.Body)
	}
	if w := get(s, "/models/1"); w.Code != 503 || !strings.Contains(w.Body.String(), "No model has been trained yet") {
		t.Errorf("/models/1 of an empty folder: %d %s", w.Code, w.Body)
	}
}

func TestAFolderThatVanishesIsServedOnAndSaidToBeStale(t *testing.T) {
	f := newFolder(t, 3)
	s := loaded(t, f.dir)
	web := httptest.NewServer(s)
	defer web.Close()
	e := listenTo(t, web.Listener.Addr().String())
	defer e.conn.Close()
	e.want("snapshot", "")
	paths := []string{"/models", "/models/3", "/model3/201910/cluster", "/models/1/clusters"}
	answers := func() (all string) {
		for _, p := range paths {
			all += get(s, p).Body.String()
		}
		return all
	}
	before := answers()
	away := f.dir + "-away"
	t.Cleanup(func() { os.RemoveAll(away) })
	for _, gone := range []struct {
		why  string
		make func() error
	}{
		{"no such folder", func() error { return nil }},
		{"not a directory", func() error { return os.WriteFile(f.dir, nil, 0o600) }},
	} {
		if err := os.Rename(f.dir, away); err != nil {
			t.Fatal(err)
		}
		if err := gone.make(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Load(t.Context()); err == nil || !strings.Contains(err.Error(), gone.why) {
				t.Fatalf("Load: %v, want %q", err, gone.why)
			}
			if now := answers(); now != before {
				t.Fatalf("answers while there is %s:\n%s\nbefore:\n%s", gone.why, now, before)
			}
		}
		if code, stale, why, _ := folderIs(t, s); code != 200 || !stale || why != gone.why {
			t.Errorf("/readyz: %d, stale %t, folder %q; want 200, true, %q", code, stale, why, gone.why)
		}
		if metrics := get(s, "/metrics").Body.String(); !strings.Contains(metrics, "hotspot_api_stale_seconds") || strings.Contains(metrics, "\nhotspot_api_stale_seconds 0\n") {
			t.Error("hotspot_api_stale_seconds is 0 while the folder is away")
		}
		e.want("folder", `{"stale":true,"folder":"`+gone.why+`"}`)

		os.Remove(f.dir)
		if err := os.Rename(away, f.dir); err != nil {
			t.Fatal(err)
		}
		load(t, s)
		if code, stale, why, _ := folderIs(t, s); code != 200 || stale || why != "" || answers() != before {
			t.Errorf("/readyz when it is back: %d, stale %t, folder %q", code, stale, why)
		}
		if metrics := get(s, "/metrics").Body.String(); !strings.Contains(metrics, "\nhotspot_api_stale_seconds 0\n") {
			t.Error("hotspot_api_stale_seconds is not 0 when the folder is back")
		}
		e.want("folder", `{"stale":false,"folder":""}`)
	}
}

// Its last word is of before it was killed: nobody holds the lock any longer.
func TestAKilledConsumerIsNotShownAsWaiting(t *testing.T) {
	f := newFolder(t, 1)
	f.openStatus(2, 1, "waiting")
	s := loaded(t, f.dir)
	state := func(want string) {
		t.Helper()
		testkit.Eventually(t, "the state is "+want, func() bool {
			load(t, s)
			_, _, _, got := folderIs(t, s)
			return got == want && strings.Contains(get(s, "/models").Body.String(), `"state":"`+want+`"`)
		})
	}
	state("waiting")
	if err := f.consumer.Unlock(); err != nil { // as the system does for a process that was killed
		t.Fatal(err)
	}
	state("lost")
	if body := get(s, "/readyz").Body.String(); !strings.Contains(body, "nobody holds the lock") || !strings.Contains(body, "waiting, is of 20") {
		t.Errorf("/readyz: %s, want its last word and when that was", body)
	}
	if err := f.consumer.Lock(); err != nil {
		t.Fatal(err)
	}
	state("waiting")
	f.openStatus(2, 1, "stopped")
	if err := f.consumer.Unlock(); err != nil {
		t.Fatal(err)
	}
	state("stopped")
}
