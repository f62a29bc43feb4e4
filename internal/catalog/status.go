package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/platform/durable"
)

// statusFile is open.json as it was read.
type statusFile struct {
	info    fs.FileInfo
	status  *batch.Status // what was taken from it last
	now     *batch.Status // what is so: a consumer that was killed said nothing of it
	refused Refusal       // of the file as it is now
}

// read takes the status from its file, which is not there when info is nil.
func (f *statusFile) read(dir *durable.Folder, info fs.FileInfo) {
	f.info, f.refused = info, Refusal{}
	if info == nil {
		f.status = unknownStatus
		return
	}
	s, err := batch.OpenFolder(dir).Status()
	var corrupt *batch.CorruptError
	switch {
	case err == nil:
		f.status = s
	case errors.As(err, &corrupt):
		f.refused = Refusal{batch.StatusName, corrupt.Reason}
	default:
		f.refused = unreadable(batch.StatusName, err)
	}
}

// settle asks who has the folder's lock, and reports whether the status has come
// to be another one by that. Where nobody may ask, the consumer's word stands.
func (f *statusFile) settle(dir *durable.Folder) (changed bool) {
	lost := false
	if f.status != unknownStatus && f.status.State.Runs() {
		_, held, err := durable.Holder(dir.Path(""))
		lost = err == nil && !held
	}
	if lost { // it may have said its last word just before
		s, err := batch.OpenFolder(dir).Status()
		lost = err != nil || s.State.Runs()
	}
	changed = lost != (f.now.State == batch.Lost)
	f.now = f.status
	if lost {
		now := *f.status
		now.State = batch.Lost
		now.Detail = fmt.Sprintf("nobody holds the lock of the folder; the last word, %s, is of %s", f.status.State, f.info.ModTime().UTC().Format(time.RFC3339))
		f.now = &now
	}
	return changed
}
