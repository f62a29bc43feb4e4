package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/ports"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// source opens the prepared file and reads its header.
func (d *doctor) source(context.Context) error {
	path := d.config.Input
	if path == "" || path == "-" {
		return nil
	}
	src, err := source.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		d.say("source", Problem, path+" does not exist", "hotspot prepare RAW -o "+path+", or an invented city: hotspot generate -o "+path)
		return nil
	}
	if err != nil {
		d.say("source", Problem, err.Error(), "hotspot prepare makes a prepared file of the city's raw one, with its sidecar")
		return nil
	}
	defer src.Close()
	if src.Meta == nil {
		d.say("source", Note, path+" has no sidecar: its title is untitled", "give the producer a --title")
	} else {
		d.say("source", OK, fmt.Sprintf("%s: %d rows, %q", path, src.Meta.Rows, src.Meta.Title), "")
	}
	return nil
}

// What counts as little room on the disk: a batch with its model takes about
// 1.5 MB, the embedded broker twice that.
const (
	noRoom     = 16 << 20
	littleRoom = 1 << 30
)

// disk looks at the room and tries to write where the folder is or will be.
func (d *doctor) disk(context.Context) error {
	dir := d.config.Dir
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir) // it will be made in here
	}
	other := "free some, or use --dir on another disk"
	f, err := os.CreateTemp(dir, ".tmp-doctor-*")
	if err == nil {
		_, err = f.Write(make([]byte, 4096))
		err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	}
	switch {
	case isFull(err):
		d.say("disk", Problem, fmt.Sprintf("the disk of %s is full: the consumer waits, and writes again when there is room", d.config.Dir), other)
		return nil
	case err != nil:
		d.say("disk", Problem, fmt.Sprintf("%s cannot be written: %v", dir, err), "give the consumer's user the right to write there, or use another --dir")
		return nil
	}
	free, known := freeBytes(dir)
	switch {
	case !known:
	case free < noRoom:
		d.say("disk", Problem, fmt.Sprintf("the disk of %s is full: %d bytes are free", d.config.Dir, free), other)
	case free < littleRoom:
		d.say("disk", Note, fmt.Sprintf("the disk of %s has %d MB left, room for about %d batches", d.config.Dir, free>>20, free/3>>20), other)
	default:
		d.say("disk", OK, fmt.Sprintf("the disk of %s has %d MB left", d.config.Dir, free>>20), "")
	}
	return nil
}

// folder says who writes to it.
func (d *doctor) folder(context.Context) error {
	pid, held, err := durable.Holder(d.config.Dir)
	switch {
	case err != nil:
		d.say("folder", Problem, err.Error(), "give the consumer's user the right to write there")
	case held:
		d.say("folder", Note, fmt.Sprintf("%s is locked by process %d: a consumer, or hotspot up, writes to it", d.config.Dir, pid),
			fmt.Sprintf("nothing, if that is meant; a second one needs another --dir, or stop the first: kill %d", pid))
	default:
		d.say("folder", OK, d.config.Dir+" is free for a consumer", "")
	}
	return nil
}

// settings says whether a consumer with these settings goes on in the folder.
func (d *doctor) settings(context.Context) error {
	c := consumer.Config{Options: d.config.Consumer, Dir: d.config.Dir}
	err := consumer.Check(c)
	if err != nil { // hotspot up takes the frame of the map from the sidecar
		if meta, e := source.ReadMeta(d.config.Input); e == nil && meta != nil {
			if frame, e := c.Ground.Frame(meta); e == nil {
				c.Frame = frame
				if e := consumer.Check(c); e == nil {
					return nil
				}
			}
		}
	}
	if err == nil {
		return nil
	}
	next := "hotspot verify --dir " + d.config.Dir + " names every file that is damaged"
	if usage.Is(err) {
		next = "start the consumer with the settings that it names, or choose one of the ways on"
	}
	d.say("settings", Problem, err.Error(), next)
	return nil
}

// status reads what the consumer said last, and the dead letters.
func (d *doctor) status(context.Context) error {
	dir, err := durable.Open(d.config.Dir)
	if err != nil {
		return nil
	}
	if status, err := batch.OpenFolder(dir).Status(); err == nil {
		switch status.State {
		case batch.Halted:
			d.say("consumer", Problem, "it halted: "+status.Detail, "do what the message says, then start it again")
		case batch.DiskFails, batch.BrokerAway:
			d.say("consumer", Note, fmt.Sprintf("it said last: %s: %s", status.State, status.Detail), "see the findings above")
		}
	}
	if n, err := dir.Size("dead-letters.ndjson"); err == nil && n > 0 {
		d.say("consumer", Note, "messages that are no rows were set aside", "hotspot deadletters --dir "+d.config.Dir)
	}
	return nil
}

// ports tries the addresses of the api. One of ours that answers there is
// fine.
func (d *doctor) ports(ctx context.Context) error {
	for i, addr := range d.config.Listen {
		if addr == "" {
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err == nil {
			l.Close()
			d.say("port", OK, addr+" is free for the api", "")
			continue
		}
		flag := []string{"--listen", "--web"}[min(i, 1)]
		switch {
		case ours(ctx, addr):
			d.say("port", OK, "the api answers on "+addr, "")
		case ports.Taken(err):
			d.say("port", Problem, addr+" is taken by another program", fmt.Sprintf("end that one (%s), or give the api another address: %s HOST:PORT", whoListens(port(addr)), flag))
		default:
			d.say("port", Problem, fmt.Sprintf("%s cannot be listened on: %v", addr, err), "give the api another address: "+flag+" HOST:PORT")
		}
	}
	return nil
}

func whoListens(port string) string {
	if runtime.GOOS == "windows" {
		return "netstat -ano | findstr :" + port
	}
	return "ss -ltnp, or lsof -i :" + port
}

// isFull: on Windows it is ERROR_HANDLE_DISK_FULL or ERROR_DISK_FULL.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) ||
		runtime.GOOS == "windows" && (errors.Is(err, syscall.Errno(39)) || errors.Is(err, syscall.Errno(112)))
}

func port(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// ours asks whether an api of ours listens there.
func ours(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return err == nil && strings.Contains(string(body), `"ingest"`)
}
