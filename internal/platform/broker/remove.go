package broker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// written are the names that kfake writes into its folder. Listing them, and not
// removing the folder, keeps what somebody else has put there.
var written = []string{
	"partitions", "topics.json", "groups.log", "pids.log", "acls.json", "sasl.json", "broker_configs.json",
	"quotas.json", "seq_windows.json", "session_state.json", "meta.json",
}

// Remove deletes what brokers have written to the folder data, and nothing
// else in it. A folder that is not there is fine. The error is a
// *durable.LockedError when a broker is using it.
func Remove(data string) error {
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	folder, err := lockFolder(data)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range written {
		for _, name := range []string{name, name + ".tmp"} {
			if err := os.RemoveAll(filepath.Join(data, name)); err != nil {
				errs = append(errs, fmt.Errorf("broker: remove the data: %w", err))
			}
		}
	}
	return errors.Join(append(errs, folder.Unlock())...)
}
