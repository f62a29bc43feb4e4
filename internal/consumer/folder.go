package consumer

import (
	"fmt"
	"slices"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
)

// folder is what the consumer found in its folder of batches and models at the
// start. The stages add to the folder on disk only.
type folder struct {
	dir         *durable.Folder
	batches     *batch.Folder
	models      *model.Folder
	first       int               // number of the first batch: 1, but for --from-row
	manifests   []*batch.Manifest // first … n
	trained     map[int]bool      // batches that have a model
	newestModel *model.Model      // nil without any
	provisional map[int]bool      // batches that have provisional files; the trainer's alone once Run has begun
}

// Check says whether Run would take up the folder of c: a usage error when it
// was made with other settings. It locks and writes nothing.
func Check(c Config) error {
	c = c.withDefaults()
	dir, err := durable.Open(c.Dir, c.FS)
	if err != nil {
		return err
	}
	_, err = openFolder(dir, c)
	return err
}

// Clear removes from dir what a consumer writes, and nothing else: batches,
// models, open.json, dead letters and temporary files. It takes the folder's
// lock, so it fails while a consumer runs there.
func Clear(dir string) error {
	d, err := durable.Open(dir)
	if err != nil {
		return err
	}
	if err := d.Lock(); err != nil { // removes temporary files
		return err
	}
	defer d.Unlock()
	names, err := d.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasPrefix(name, batch.Prefix) || strings.HasPrefix(name, model.Prefix) || name == batch.StatusName || name == deadLettersName {
			if err := d.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// openFolder reads the manifests and checks that the folder was made with the
// settings of c.
func openFolder(dir *durable.Folder, c Config) (*folder, error) {
	f := &folder{
		dir: dir, batches: batch.OpenFolder(dir), models: model.OpenFolder(dir),
		first:   c.firstBatch(),
		trained: map[int]bool{}, provisional: map[int]bool{},
	}
	var err error
	if f.manifests, err = f.batches.Manifests(); err != nil {
		return nil, err
	}
	models, err := f.models.Numbers()
	if err != nil {
		return nil, err
	}
	for _, n := range models {
		f.trained[n] = true
	}
	for _, name := range []func(int) string{batch.ProvisionalName, batch.ProvisionalCSVName, model.ProvisionalName} {
		numbers, err := dir.Numbers(name)
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			f.provisional[n] = true
		}
	}
	if len(f.manifests) > 0 {
		f.first = f.manifests[0].Batch
	}
	if err := f.checkBatches(c); err != nil || len(models) == 0 {
		return f, err
	}
	return f, f.checkModel(c, models[len(models)-1])
}

// checkBatches compares the batches with the settings of c.
func (f *folder) checkBatches(c Config) error {
	last := f.last()
	if last == nil {
		return nil
	}
	wanted := batch.Manifest{BatchSize: c.BatchSize, Window: batch.Window{By: c.BatchBy}}
	if last.Ends() != wanted.Ends() {
		return usage.Errorf("consumer: %s was made with %s, not with %s; %s", c.Dir, last.Ends(), wanted.Ends(), waysOn(c))
	}
	begin := f.manifests[0]
	if c.FromRow > 1 && c.FromRow != begin.FirstRow {
		return usage.Errorf("consumer: %s begins with row %d, not with --from-row %d; leave the flag out, or use another --dir", c.Dir, begin.FirstRow, c.FromRow)
	}
	if c.FromBatch > 1 && c.FromBatch != begin.Batch {
		return usage.Errorf("consumer: %s begins with batch %d, not with --from-batch %d; leave the flag out, or use another --dir", c.Dir, begin.Batch, c.FromBatch)
	}
	return nil
}

// checkModel compares model n with the settings of c.
func (f *folder) checkModel(c Config, n int) error {
	m, err := f.readModel(n)
	if err != nil {
		return err
	}
	if diff := model.Diff(m.Settings, c.Settings()); diff != "" {
		return usage.Errorf("consumer: %s was made with other model settings: %s; %s", c.Dir, diff, waysOn(c))
	}
	f.newestModel = m
	last := f.last()
	if last == nil {
		return nil
	}
	frame, err := c.frame(last)
	if err != nil {
		return err
	}
	if m.Frame != frame {
		return usage.Errorf("consumer: %s was made with %s, not %s; %s", c.Dir, m.Frame, frame, waysOn(c))
	}
	return nil
}

func (f *folder) readModel(n int) (*model.Model, error) {
	m, _, err := f.models.Read(n)
	if err != nil {
		return nil, fmt.Errorf("%w; remove the file and it will be trained again", err)
	}
	return m, nil
}

func waysOn(c Config) string {
	return "use another --dir; or remove all batches and models of " + c.Dir + " and start again (with hotspot up, --fresh does that)"
}

// last is the newest manifest, nil when there is none.
func (f *folder) last() *batch.Manifest {
	if len(f.manifests) == 0 {
		return nil
	}
	return f.manifests[len(f.manifests)-1]
}

// lastRows is the newest manifest of a batch that has rows, nil when there is none.
func (f *folder) lastRows() *batch.Manifest {
	for _, m := range slices.Backward(f.manifests) {
		if m.Rows > 0 {
			return m
		}
	}
	return nil
}

// position is the saved position in partition p: 0 and false when there is none.
func (f *folder) position(p int) (next int64, ok bool) {
	if last := f.last(); last != nil {
		next, ok = last.Transport.Next[p]
	}
	return next, ok
}

// newest is the number of the newest batch, 0 when there is none.
func (f *folder) newest() int {
	if last := f.last(); last != nil {
		return last.Batch
	}
	return 0
}

// isTrained reports whether all batches up to limit have a model.
func (f *folder) isTrained(limit int) bool {
	for _, m := range f.manifests {
		if m.Batch <= limit && !f.trained[m.Batch] {
			return false
		}
	}
	return true
}

// holds reports whether the folder has row with this chain.
func (f *folder) holds(row int64, chain crime.Chain) (bool, error) {
	for _, m := range f.manifests {
		if row >= m.FirstRow && row <= m.LastRow {
			rows, err := f.replay(m)
			return err == nil && rows.chainAfter(row) == chain, err
		}
	}
	return false, nil
}
