// Package catalog turns a folder of batches and models into one immutable View
// to ask.
//
// It stands after the flow, between the files and whoever shows them: the api,
// and the commands compare, report and score. It knows no HTTP and no form of an
// answer, and it writes nothing.
//
//	folder -> loader: what has changed? -> read, the newest batches first
//	                                                |
//	                     who asks <- Catalog.View <- assemble: what fits together
//
// Batch N is shown from its manifest on. Model N is shown when batch N and the
// models before it are shown and it names the rows of batch N. A file that
// cannot be taken is refused and named, and what was read from it before stays.
package catalog

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/durable"
)

// pollEvery is the pause between two looks at the folder: one stat where
// nothing has changed.
const pollEvery = 20 * time.Millisecond

// Options of a Catalog. The zero value serves all models.
type Options struct {
	// KeepModels is how many of the newest models are served; 0 is all.
	KeepModels int
	// OnView is told every view that takes the place of another, one at a time.
	// It must not block for long.
	OnView func(*View)
	// EachBatch shows a view after each batch that is read for the first view,
	// and not only now and then. Tests step through a start with it.
	EachBatch bool
}

// Catalog keeps the newest view of a folder. It may be used concurrently.
type Catalog struct {
	log     *slog.Logger
	path    string
	onView  func(*View)
	current atomic.Pointer[View]

	loading sync.Mutex // held while the folder is looked at
	loader  *loader    // guarded by loading
}

// Open returns the catalog of the folder at path, which has read nothing yet.
// The folder need not exist yet.
func Open(log *slog.Logger, path string, o Options) (*Catalog, error) {
	dir, err := durable.Open(path)
	if err != nil {
		return nil, err
	}
	c := &Catalog{log: log, path: path, onView: o.OnView, loader: newLoader(log, dir, o)}
	c.current.Store(emptyView)
	return c, nil
}

// Read reads the folder at path once.
func Read(ctx context.Context, path string) (*View, error) {
	c, err := Open(slog.New(slog.DiscardHandler), path, Options{})
	if err != nil {
		return nil, err
	}
	if err := c.Load(ctx); err != nil {
		return nil, err
	}
	return c.View()
}

// View returns the newest view. Before the first one it is empty, and the error
// a *LoadingError, or a *FolderError when the folder cannot be read.
func (c *Catalog) View() (*View, error) {
	v := c.current.Load()
	switch {
	case v.loaded():
		return v, nil
	case v.Outage != nil:
		return v, v.Outage
	}
	return v, &LoadingError{}
}

// Load looks once at the folder and shows what it finds from then on. The error
// is that of ctx, or a *cause.Error of listing the folder; what was shown stays,
// with that as its Outage.
func (c *Catalog) Load(ctx context.Context) error {
	c.loading.Lock()
	defer c.loading.Unlock()
	v, err := c.loader.poll(ctx, c.current.Load(), c.show)
	if err == nil {
		c.show(v)
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("catalog: load %s: %w", c.path, err)
	}
	why := durable.Why(err)
	c.show(v.withOutage(why))
	return cause.Folder(err, c.path, why)
}

func (c *Catalog) show(v *View) {
	old := c.current.Swap(v)
	if old == v {
		return
	}
	if old.replaced != nil {
		close(old.replaced)
	}
	if c.onView != nil {
		c.onView(v)
	}
}

// Watch loads the folder now and whenever it has changed, until ctx ends.
func (c *Catalog) Watch(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for {
		err := c.Load(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !failing:
			c.log.Error("folder not read, trying again", "error", err)
		case err == nil && failing:
			c.log.Info("folder read again")
		}
		failing = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
