package api

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
)

// loader keeps what was read of the folder and finds what has changed in it.
//
//	poll: list the folder -> manifests and models, some at once
//	                                     |
//	                  rows of batches, newest first, some at once -> assemble
//	                                                                    |
//	                        requests <- Server.current (atomic) <- snapshot
//
// At the start a snapshot is also assembled now and then while rows are read:
// it knows all models, and of the batches those that were read. A file that cannot be taken is refused, and what was read from it before
// stays. A file that is gone is gone from the answers too. It is used by one
// goroutine.
type loader struct {
	log           *slog.Logger
	dir           *durable.Folder
	shown         places
	keep          int // newest models that are served, 0 = all
	batches       map[int]*batchFile
	models        map[int]*modelFile
	partials      map[int]*batchFile // provisional ones
	partialModels map[int]*modelFile
	open          openStatus
	openSeen      fs.FileInfo
	seen          fs.FileInfo // the folder, when it was listed last
	listed        time.Time
	refusals      int                    // since the start
	pace          func(do func()) func() // of the snapshots on the way to the first one
}

// Times of the poll. A change shows in the folder's own time, which some
// systems keep no finer than a hundredth of a second; a file that is written
// in place shows only when every file is looked at.
const (
	coarse    = 50 * time.Millisecond
	lookAtAll = 800 * time.Millisecond
	startPace = 25 * time.Millisecond // a folder that is read in less is served at once
)

func newLoader(log *slog.Logger, dir *durable.Folder, shown places, keep int) *loader {
	return &loader{
		log: log, dir: dir, shown: shown, keep: keep, open: unknownOpen, pace: paced,
		batches: map[int]*batchFile{}, models: map[int]*modelFile{},
		partials: map[int]*batchFile{}, partialModels: map[int]*modelFile{},
	}
}

// poll returns the snapshot of what the folder holds now, or old itself when
// nothing has changed. While the first one is made, with old nil, show is given
// those on the way to it. The error is that of ctx, or of listing the folder.
func (l *loader) poll(ctx context.Context, old *snapshot, show func(*snapshot)) (*snapshot, error) {
	files, changed, err := l.list()
	if err != nil || !changed && old != nil {
		return old, err
	}
	work, gone := l.compare(files)
	open := l.lookAtOpen(files[batch.StatusName])
	if work.empty() && !gone && !open && old != nil {
		return old, nil
	}
	onTheWay := func() {}
	last := old
	if old == nil {
		onTheWay = l.pace(func() { last = l.assemble(last); show(last) })
	}
	if err := l.read(ctx, work, old == nil, onTheWay); err != nil {
		return last, err
	}
	s := l.assemble(last)
	l.report(s, old)
	return s, nil
}

// paced is do, but called at most every startPace, and so seldom that it takes a
// tenth of the time.
func paced(do func()) func() {
	next := time.Now().Add(startPace)
	return func() {
		start := time.Now()
		if start.Before(next) {
			return
		}
		do()
		end := time.Now()
		next = end.Add(max(startPace, 10*end.Sub(start)))
	}
}

func (l *loader) assemble(old *snapshot) *snapshot {
	return assemble(l.batches, l.partials, l.models, l.partialModels, l.open, l.shown, l.keep, old)
}

// list returns the files of the folder by name. changed is false when they
// need not be looked at.
func (l *loader) list() (files map[string]fs.FileInfo, changed bool, err error) {
	now := time.Now()
	folder, err := os.Stat(l.dir.Path(""))
	if errors.Is(err, fs.ErrNotExist) {
		l.seen = nil
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	if same(folder, l.seen) && l.listed.Sub(folder.ModTime()) > coarse && now.Sub(l.listed) < lookAtAll {
		return nil, false, nil
	}
	entries, err := os.ReadDir(l.dir.Path(""))
	if err != nil {
		return nil, false, err
	}
	files = make(map[string]fs.FileInfo, len(entries))
	for _, e := range entries {
		if !isOurs(e.Name()) {
			continue
		}
		if info, err := e.Info(); err == nil { // else it went away meanwhile
			files[e.Name()] = info
		}
	}
	l.seen, l.listed = folder, now
	return files, true, nil
}

func isOurs(name string) bool {
	return name == batch.StatusName || strings.HasPrefix(name, batch.Prefix) || strings.HasPrefix(name, model.Prefix)
}

// same reports whether a file is still the one that was seen.
func same(now, seen fs.FileInfo) bool {
	if now == nil || seen == nil {
		return now == nil && seen == nil
	}
	return now.Size() == seen.Size() && now.ModTime().Equal(seen.ModTime()) && os.SameFile(now, seen)
}

// compare finds what has to be read, and forgets what is no longer there.
func (l *loader) compare(files map[string]fs.FileInfo) (w work, gone bool) {
	for name := range files {
		n, isBatch := number(name, batch.Prefix)
		switch {
		case isBatch && name == batch.ManifestName(n):
			l.compareBatch(&w, l.batches, n, files[name], files[batch.CSVName(n)], false)
		case isBatch && name == batch.ProvisionalName(n):
			l.compareBatch(&w, l.partials, n, files[name], files[batch.ProvisionalCSVName(n)], true)
		}
		n, isModel := number(name, model.Prefix)
		switch {
		case isModel && name == model.Name(n):
			l.compareModel(&w, l.models, n, files[name], false)
		case isModel && name == model.ProvisionalName(n):
			l.compareModel(&w, l.partialModels, n, files[name], true)
		}
	}
	forget := func(name string, drop func()) {
		if files[name] == nil {
			drop()
			gone = true
		}
	}
	for n := range l.batches {
		forget(batch.ManifestName(n), func() { delete(l.batches, n) })
	}
	for n := range l.partials {
		forget(batch.ProvisionalName(n), func() { delete(l.partials, n) })
	}
	for n := range l.models {
		forget(model.Name(n), func() { delete(l.models, n) })
	}
	for n := range l.partialModels {
		forget(model.ProvisionalName(n), func() { delete(l.partialModels, n) })
	}
	return w, gone
}

func (l *loader) compareBatch(w *work, known map[int]*batchFile, n int, manifest, csv fs.FileInfo, provisional bool) {
	b := known[n]
	if b == nil {
		b = &batchFile{}
		known[n] = b
	}
	if !same(manifest, b.manifest) || !same(csv, b.csv) {
		w.batches = append(w.batches, &rowsToRead{n: n, file: b, first: func() *batch.Manifest {
			return b.readManifest(l.dir, n, manifest, csv, provisional)
		}})
	}
}

func (l *loader) compareModel(w *work, known map[int]*modelFile, n int, info fs.FileInfo, provisional bool) {
	m := known[n]
	if m == nil {
		m = &modelFile{}
		known[n] = m
	}
	if !same(info, m.info) {
		w.models = append(w.models, func() { m.read(l.dir, n, info, l.shown, provisional) })
	}
}

// number reads the digits of a name such as batch-000001.json.
func number(name, prefix string) (int, bool) {
	digits, ok := strings.CutPrefix(name, prefix)
	digits, _, _ = strings.Cut(digits, ".")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0
}

// lookAtOpen reads the status when it has changed.
func (l *loader) lookAtOpen(info fs.FileInfo) (changed bool) {
	if same(info, l.openSeen) {
		return false
	}
	l.openSeen = info
	if info == nil {
		l.open = unknownOpen
	} else {
		l.open = readOpen(l.dir, l.open, l.shown)
	}
	return true
}

// report logs what s says anew.
func (l *loader) report(s, old *snapshot) {
	var known []refusal
	if old != nil {
		known = old.refused
	}
	for _, r := range s.refused {
		if !slices.Contains(known, r) {
			l.refusals++
			l.log.Warn("file refused", "file", r.File, "reason", r.Reason, "refused_so_far", l.refusals)
		}
	}
	if old == nil || old.generation != s.generation {
		rows := int64(0)
		if n := len(s.chunks); n > s.before {
			rows = s.chunks[n-1].manifest.LastRow
		}
		l.log.Info("folder loaded", "newest", s.newest(), "batches", len(s.chunks)-s.before, "rows", rows, "generation", s.generation)
	}
}
