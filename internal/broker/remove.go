package broker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// kept are the names that a broker keeps in its data folder: what kfake
// writes, as of the version in go.mod.
var kept = []string{
	"partitions", "meta.json", "topics.json", "acls.json", "sasl.json", "broker_configs.json",
	"quotas.json", "seq_windows.json", "groups.log", "pids.log",
}

// Remove removes what a broker has kept in the folder at path, and nothing
// else that lies there. A folder that is not there is fine; one that another
// process uses is a *LockedError.
func Remove(path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l, err := lockFolder(path)
	if err != nil {
		return err
	}
	for _, name := range kept {
		if err := os.RemoveAll(filepath.Join(path, name)); err != nil {
			return errors.Join(fmt.Errorf("broker: remove the data: %w", err), l.release())
		}
	}
	return l.release()
}
