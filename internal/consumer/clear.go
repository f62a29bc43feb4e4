package consumer

import (
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/platform/durable"
)

// Clear removes from dir what a consumer writes, and nothing else: batches,
// models, open.json, dead letters and temporary files. It takes the folder's
// lock, so it fails while a consumer runs there.
func Clear(dir string) error {
	d, err := durable.Open(dir, durable.Options{})
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
