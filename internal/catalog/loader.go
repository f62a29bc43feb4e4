package catalog

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
)

// loader keeps what was read of the folder and finds what has changed in it. It
// is used by one goroutine at a time.
//
// For the first view manifests and models come first, and then the rows of the
// batches, the newest first; views on the way know all models, and the rows that
// have been read so far.
type loader struct {
	log     *slog.Logger
	dir     *durable.Folder
	options Options

	batches map[key]*batchFile
	models  map[key]*modelFile
	status  statusFile

	folder   fs.FileInfo // when it was listed last
	listed   time.Time
	refusals int             // since the start
	single   map[*Batch]*run // of each batch alone, until all are read for the first time
}

// key names a batch or a model in the folder.
type key struct {
	n           int
	provisional bool
}

func (k key) manifestName() string {
	if k.provisional {
		return batch.ProvisionalName(k.n)
	}
	return batch.ManifestName(k.n)
}

func (k key) modelName() string {
	if k.provisional {
		return model.ProvisionalName(k.n)
	}
	return model.Name(k.n)
}

// A change shows in the folder's own time, which some systems keep no finer than
// a hundredth of a second; a file that is written in place shows only when every
// file is looked at.
const (
	coarse    = 50 * time.Millisecond
	lookAtAll = 800 * time.Millisecond
)

func newLoader(log *slog.Logger, dir *durable.Folder, o Options) *loader {
	return &loader{
		log: log, dir: dir, options: o, status: statusFile{status: unknownStatus, now: unknownStatus},
		batches: map[key]*batchFile{}, models: map[key]*modelFile{}, single: map[*Batch]*run{},
	}
}

// poll returns the view of what the folder holds now, or old itself when nothing
// has changed. While the first one is made show is given those on the way to it.
// The error is that of ctx, or of listing the folder, and the view the last one.
func (l *loader) poll(ctx context.Context, old *View, show func(*View)) (*View, error) {
	first := !old.loaded()
	files, err := l.list(first || old.Outage != nil)
	if err != nil || files == nil {
		return old, err
	}
	work, changed := l.compare(files)
	if !changed && !first && old.Outage == nil {
		return old, nil
	}
	last := old
	onTheWay := func() {}
	if first {
		onTheWay = l.pace(func() { last = l.assemble(last); show(last) })
	}
	err = l.read(ctx, work, first, onTheWay)
	if err == nil {
		_, err = os.Stat(l.dir.Path("")) // else what was not found went with the folder
	}
	if err != nil {
		work.putBack()
		return last, err
	}
	v := l.assemble(last)
	l.logNews(ctx, v, old)
	return v, nil
}

// list returns the files of the folder that are ours, by name, or nil when they
// need not be looked at.
func (l *loader) list(anew bool) (map[string]fs.FileInfo, error) {
	now := time.Now()
	folder, err := os.Stat(l.dir.Path(""))
	if err != nil {
		return nil, err
	}
	if !anew && same(folder, l.folder) && l.listed.Sub(folder.ModTime()) > coarse && now.Sub(l.listed) < lookAtAll {
		return nil, nil
	}
	entries, err := os.ReadDir(l.dir.Path(""))
	if err != nil {
		return nil, err
	}
	files := make(map[string]fs.FileInfo, len(entries))
	for _, e := range entries {
		name := e.Name()
		if name != batch.StatusName && !strings.HasPrefix(name, batch.Prefix) && !strings.HasPrefix(name, model.Prefix) {
			continue
		}
		info, err := e.Info()
		switch {
		case err == nil:
			files[name] = info
		case !errors.Is(err, fs.ErrNotExist): // else it went away meanwhile
			return nil, err
		}
	}
	l.folder, l.listed = folder, now
	return files, nil
}

// same reports whether a file is still the one that was seen.
func same(now, seen fs.FileInfo) bool {
	if now == nil || seen == nil {
		return now == nil && seen == nil
	}
	return now.Size() == seen.Size() && now.ModTime().Equal(seen.ModTime()) && os.SameFile(now, seen)
}

// compare finds what has to be read, and forgets what is no longer there. The
// status is read at once.
func (l *loader) compare(files map[string]fs.FileInfo) (w work, changed bool) {
	for name, info := range files {
		n := numberIn(name)
		switch name {
		case batch.ManifestName(n):
			l.compareBatch(&w, key{n, false}, info, files[batch.CSVName(n)])
		case batch.ProvisionalName(n):
			l.compareBatch(&w, key{n, true}, info, files[batch.ProvisionalCSVName(n)])
		case model.Name(n):
			l.compareModel(&w, key{n, false}, info)
		case model.ProvisionalName(n):
			l.compareModel(&w, key{n, true}, info)
		}
	}
	known := len(l.batches) + len(l.models)
	maps.DeleteFunc(l.batches, func(k key, _ *batchFile) bool { return files[k.manifestName()] == nil })
	maps.DeleteFunc(l.models, func(k key, _ *modelFile) bool { return files[k.modelName()] == nil })
	changed = len(w.batches) > 0 || len(w.models) > 0 || len(l.batches)+len(l.models) < known
	if info := files[batch.StatusName]; !same(info, l.status.info) || isUnreadable(l.status.refused.Reason) {
		l.status.read(l.dir, info)
		changed = true
	}
	if l.status.settle(l.dir) {
		changed = true
	}
	return w, changed
}

func (l *loader) compareBatch(w *work, k key, manifest, csv fs.FileInfo) {
	b := l.batches[k]
	if b == nil {
		b = &batchFile{key: k}
		l.batches[k] = b
	}
	if !same(manifest, b.manifest) || !same(csv, b.csv) {
		b.manifest, b.csv = manifest, csv
		w.batches = append(w.batches, b)
	}
}

func (l *loader) compareModel(w *work, k key, info fs.FileInfo) {
	m := l.models[k]
	if m == nil {
		m = &modelFile{key: k}
		l.models[k] = m
	}
	if !same(info, m.info) {
		m.info = info
		w.models = append(w.models, m)
	}
}

// numberIn returns the number in a name such as batch-000001.json, -1 without
// one.
func numberIn(name string) int {
	_, digits, _ := strings.Cut(name, "-")
	digits, _, _ = strings.Cut(digits, ".")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

// logNews logs what v says and old did not.
func (l *loader) logNews(ctx context.Context, v, old *View) {
	for _, r := range v.Refused {
		if !slices.Contains(old.Refused, r) {
			l.refusals++
			level := slog.LevelWarn
			if isUnreadable(r.Reason) {
				level = slog.LevelError
			}
			l.log.Log(ctx, level, "file refused", "file", r.File, "reason", r.Reason, "refused_so_far", l.refusals)
		}
	}
	if old.Generation != v.Generation {
		rows := int64(0)
		if n := len(v.Batches); n > 0 {
			rows = v.Batches[n-1].LastRow
		}
		l.log.Info("folder loaded", "newest", v.Newest(), "batches", len(v.Batches), "rows", rows, "generation", v.Generation)
	}
}
