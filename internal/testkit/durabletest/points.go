package durabletest

import (
	"path/filepath"
	"regexp"
	"sync"

	"hotspot/internal/platform/durable"
)

// Points returns fs, with reached called after every step of a durable Write or Append
// with the point "<kind>.open", ".half", ".written", ".synced", ".renamed" or
// ".dirsynced". A test ends the process there. Content is written in two halves, so
// that it can end between them. An Append has no ".renamed".
//
// The kind of a file is "csv" or "manifest" of a batch, the same with "provisional_"
// before it, "model", "deadletter", or else its name.
func Points(fs durable.FS, reached func(point string)) durable.FS {
	return &points{FS: fs, reached: reached}
}

type points struct {
	durable.FS
	reached func(point string)

	mu      sync.Mutex
	renamed []string // kinds of the files whose folder was not synced since
}

var kinds = []struct{ pattern, kind string }{
	{"batch-*.partial.csv", "provisional_csv"},
	{"batch-*.partial.json", "provisional_manifest"},
	{"batch-*.csv", "csv"},
	{"batch-*.json", "manifest"},
	{"model-*.json", "model"},
	{"dead-letters.ndjson", "deadletter"},
}

var temporary = regexp.MustCompile(`^\.tmp-(.*)-[0-9a-f]{8}$`)

func kindOf(path string) string {
	name := temporary.ReplaceAllString(filepath.Base(path), "$1")
	for _, k := range kinds {
		if fits, err := filepath.Match(k.pattern, name); err == nil && fits {
			return k.kind
		}
	}
	return name
}

func (p *points) Create(path string) (durable.File, error) { return p.open(path, 1)(p.FS.Create(path)) }

func (p *points) Append(path string, size int64) (durable.File, error) {
	return p.open(path, 2)(p.FS.Append(path, size))
}

// open is the file at path, whose content is on disk after so many syncs.
func (p *points) open(path string, syncs int) func(durable.File, error) (durable.File, error) {
	return func(file durable.File, err error) (durable.File, error) {
		if err != nil {
			return nil, err
		}
		p.reached(kindOf(path) + ".open")
		return &pointsFile{File: file, all: p, kind: kindOf(path), syncs: syncs, line: syncs == 2}, nil
	}
}

func (p *points) Rename(from, to string) error {
	err := p.FS.Rename(from, to)
	if err == nil {
		p.wait(kindOf(to))
		p.reached(kindOf(to) + ".renamed")
	}
	return err
}

func (p *points) SyncDir(dir string) error {
	p.mu.Lock()
	renamed := p.renamed
	p.renamed = nil
	p.mu.Unlock()
	err := p.FS.SyncDir(dir)
	for _, kind := range renamed {
		if err == nil {
			p.reached(kind + ".dirsynced")
		}
	}
	return err
}

// wait takes note of a file that is durable when its folder has been synced.
func (p *points) wait(kind string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.renamed = append(p.renamed, kind)
}

type pointsFile struct {
	durable.File
	all     *points
	kind    string
	syncs   int
	line    bool // of an Append
	written bool // the content is, and what comes is the newline of an Append
}

func (f *pointsFile) Write(b []byte) (int, error) {
	if f.written {
		return f.File.Write(b)
	}
	n, err := f.File.Write(b[:len(b)/2])
	if err != nil {
		return n, err
	}
	f.all.reached(f.kind + ".half")
	m, err := f.File.Write(b[len(b)/2:])
	if err != nil {
		return n + m, err
	}
	f.written = true
	f.all.reached(f.kind + ".written")
	return n + m, nil
}

func (f *pointsFile) Sync() error {
	err := f.File.Sync()
	if f.syncs--; err == nil && f.syncs == 0 {
		if f.line {
			f.all.wait(f.kind) // it is not renamed
		}
		f.all.reached(f.kind + ".synced")
	}
	return err
}
