package batch

import (
	"errors"
	"fmt"
	"io/fs"

	"hotspot/internal/platform/durable"
)

// Prefix begins the name of every file of a batch.
const Prefix = "batch-"

// CSVName is the name of batch n's rows: batch-000001.csv.
func CSVName(n int) string { return fmt.Sprintf(Prefix+"%06d.csv", n) }

// ManifestName is the name of batch n's manifest: batch-000001.json.
func ManifestName(n int) string { return fmt.Sprintf(Prefix+"%06d.json", n) }

// ProvisionalCSVName is the name of the rows of a batch that is not full yet.
func ProvisionalCSVName(n int) string { return fmt.Sprintf(Prefix+"%06d.partial.csv", n) }

// ProvisionalName is the name of the manifest of a batch that is not full yet.
func ProvisionalName(n int) string { return fmt.Sprintf(Prefix+"%06d.partial.json", n) }

// Folder is the batches in a durable.Folder. Names of files are made from
// numbers only. It may be used concurrently; Publish needs the folder's lock.
type Folder struct{ d *durable.Folder }

// OpenFolder returns the batches of d. It reads nothing.
func OpenFolder(d *durable.Folder) *Folder { return &Folder{d} }

// Publish puts b on disk: its CSV, then its manifest, which commits it. After
// an error, or a crash, the batch is committed or not, and publishing it again
// is right in either case. A batch that is committed with other rows is an
// error and stays.
func (f *Folder) Publish(b *Batch) error {
	if err := f.publish(b.Manifest, b.CSV); err != nil {
		return fmt.Errorf("batch: publish batch %d: %w", b.Manifest.Batch, err)
	}
	return nil
}

func (f *Folder) publish(m *Manifest, csv []byte) error {
	if err := m.check(); err != nil {
		return err
	}
	if int64(len(csv)) != m.CSV.Bytes {
		return fmt.Errorf("the CSV has %d bytes, the manifest says %d", len(csv), m.CSV.Bytes)
	}
	if m.Provisional {
		// The old manifest must not stand beside the new rows.
		if err := f.d.Remove(m.name()); err != nil {
			return err
		}
	} else if err := f.uncommitted(m); err != nil {
		return err
	}
	if err := f.d.Write(m.CSV.Name, csv); err != nil {
		return err
	}
	return f.d.Write(m.name(), m.Encode())
}

// uncommitted makes sure that no other rows are committed under m's number.
func (f *Folder) uncommitted(m *Manifest) error {
	old, err := f.Manifest(m.Batch)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if old.CSV != m.CSV || old.ChainAfter != m.ChainAfter {
		return fmt.Errorf("it is committed with other rows: sha256 %s, not %s", old.CSV.SHA256, m.CSV.SHA256)
	}
	return nil
}

// RemoveProvisional removes the provisional batch n, if there is one.
func (f *Folder) RemoveProvisional(n int) error {
	return errors.Join(f.d.Remove(ProvisionalName(n)), f.d.Remove(ProvisionalCSVName(n)))
}

// Manifests returns the manifests of all committed batches in order: 1 … n, or
// m … n when the first one says that the folder begins with its row. Each is
// strictly decoded, follows the one before, and has a CSV of the right
// length; CSV compares the bytes. A CSV without manifest is no batch, and so is
// a provisional one. With a *CorruptError come the manifests before the
// corrupt one.
func (f *Folder) Manifests() ([]*Manifest, error) {
	numbers, err := f.Numbers()
	if err != nil {
		return nil, err
	}
	ms := make([]*Manifest, 0, len(numbers))
	var last *Manifest
	for _, n := range numbers {
		if last != nil && n != last.Batch+1 {
			return ms, missing(last.Batch+1, n)
		}
		m, err := f.Manifest(n)
		if refused := (*CorruptError)(nil); last == nil && n > 1 && (errors.As(err, &refused) || err == nil && !m.Begins()) {
			return ms, missing(1, n)
		}
		if err != nil {
			return ms, err
		}
		if last != nil {
			if err := m.Follows(last); err != nil {
				return ms, err
			}
		}
		ms, last = append(ms, m), m
	}
	return ms, nil
}

func missing(want, there int) *CorruptError {
	return corrupt(ManifestName(want), ReasonMissing, "batch %d is there", there)
}

// Numbers returns the numbers of the manifests, in order. It opens none of them.
func (f *Folder) Numbers() ([]int, error) { return f.d.Numbers(ManifestName) }

// Manifest returns the manifest of the committed batch n, whose CSV has the
// right length. ErrNotFound without a manifest, *CorruptError when it cannot
// be what was written.
func (f *Folder) Manifest(n int) (*Manifest, error) { return f.manifest(ManifestName(n), n, false) }

// Provisional returns the manifest of the provisional batch n, as Manifest does.
func (f *Folder) Provisional(n int) (*Manifest, error) {
	return f.manifest(ProvisionalName(n), n, true)
}

func (f *Folder) manifest(name string, n int, provisional bool) (*Manifest, error) {
	data, err := f.d.Read(name, MaxManifestBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("batch: batch %d: %w", n, ErrNotFound)
	}
	if err != nil {
		return nil, unread(name, err)
	}
	m, err := DecodeManifest(data)
	if refused := (*CorruptError)(nil); errors.As(err, &refused) {
		refused.File = name
		return nil, refused
	}
	if m.Batch != n || m.Provisional != provisional {
		return nil, corrupt(name, ReasonName, "it is that of batch %d, provisional %t", m.Batch, m.Provisional)
	}
	size, err := f.d.Size(m.CSV.Name)
	if err != nil {
		return nil, unread(m.CSV.Name, err)
	}
	if size != m.CSV.Bytes {
		return nil, wrongSize(m, size)
	}
	return m, nil
}

// CSV returns the rows of the batch with their header line, the very bytes that
// m promises, or a *CorruptError. The caller owns them.
func (f *Folder) CSV(m *Manifest) ([]byte, error) {
	name := m.csvName()
	data, err := f.d.Read(name, m.CSV.Bytes)
	if errors.Is(err, durable.ErrTooLarge) {
		return nil, corrupt(name, ReasonSize, "%v", err)
	}
	if err != nil {
		return nil, unread(name, err)
	}
	if int64(len(data)) != m.CSV.Bytes {
		return nil, wrongSize(m, int64(len(data)))
	}
	if sum := digest(data); sum != m.CSV.SHA256 {
		return nil, corrupt(name, ReasonSHA256, "%s, the manifest says %s", sum, m.CSV.SHA256)
	}
	return data, nil
}

func wrongSize(m *Manifest, size int64) *CorruptError {
	return corrupt(m.csvName(), ReasonSize, "%d bytes, the manifest says %d", size, m.CSV.Bytes)
}
