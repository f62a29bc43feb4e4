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
	"time"

	"hotspot/internal/batch"
	"hotspot/internal/consumer"
	"hotspot/internal/crime"
	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/ports"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// checkSource opens the prepared file, reads its header and its sidecar.
func (d *doctor) checkSource(context.Context) {
	path := d.config.Input
	if path == "" || path == "-" {
		return
	}
	src, err := source.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		d.problem("source", path+" does not exist", "hotspot prepare RAW -o "+path+", or an invented city: hotspot generate -o "+path)
		return
	}
	if err != nil {
		d.problem("source", err.Error(), "hotspot prepare makes a prepared file of the city's raw one, with its sidecar")
		return
	}
	defer src.Close()
	area, err := d.config.Consumer.Area(src.Meta.Area())
	if err == nil {
		fit := crime.NewFit(area)
		for rec, err := range src.Rows() {
			if err == nil && rec.Located {
				fit.Add(rec.Place)
			}
			if fit.Located() == 1000 {
				break
			}
		}
		err = fit.Err()
	}
	switch {
	case err != nil:
		d.problem("source", path+": "+err.Error(), "prepare the city's raw file again: hotspot prepare RAW -o "+path+"; or give the producer --bounds")
	case src.Meta == nil:
		d.note("source", path+" has no sidecar: its title is untitled", "give the producer a --title")
	default:
		d.ok("source", fmt.Sprintf("%s: %d rows, %q", path, src.Meta.Rows, src.Meta.Title))
	}
}

// What counts as little room on the disk: a batch with its model takes about
// 1.5 MB, the embedded broker twice that.
const (
	noRoom     = 16 << 20
	littleRoom = 1 << 30
)

// checkDisk looks how much room is left, and tries to write where the folder is
// or will be.
func (d *doctor) checkDisk(context.Context) {
	dir := d.config.Dir
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir) // it will be made in here
	}
	f, err := os.CreateTemp(dir, ".tmp-doctor-*")
	if err == nil {
		_, err = f.Write(make([]byte, 4096))
		err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	}
	free, known := freeBytes(dir)
	switch {
	case err != nil:
		d.because("disk", cause.Disk(err, dir))
	case known && free < noRoom:
		d.because("disk", cause.Of("disk-full", nil, "dir", d.config.Dir, "error", fmt.Sprintf("%d MB left", free>>20)))
	case known && free < littleRoom:
		d.note("disk", fmt.Sprintf("the disk of %s has %d MB left, room for about %d batches", d.config.Dir, free>>20, free/3>>20), cause.Of("disk-full", nil).Next)
	case known:
		d.ok("disk", fmt.Sprintf("the disk of %s has %d MB left", d.config.Dir, free>>20))
	}
}

// checkFolder says whether the folder can be read, and who writes to it.
func (d *doctor) checkFolder(context.Context) {
	folder, err := durable.Open(d.config.Dir)
	if err == nil {
		_, err = folder.Names()
	}
	d.unread = err != nil
	var pid int
	if err == nil {
		pid, d.held, err = durable.Holder(d.config.Dir)
	}
	switch {
	case err != nil:
		d.because("folder", cause.Folder(err, d.config.Dir, durable.Why(err)))
	case d.held:
		d.note("folder", fmt.Sprintf("%s is locked by process %d: a consumer, or hotspot up, writes to it", d.config.Dir, pid),
			fmt.Sprintf("nothing, if that is intended. A second consumer needs another --dir; to stop the first: kill %d", pid))
	default:
		d.ok("folder", d.config.Dir+" is free for a consumer")
	}
}

// checkSettings asks whether a consumer with these settings can go on in the
// folder.
func (d *doctor) checkSettings(context.Context) {
	if d.unread {
		return
	}
	c := consumer.Config{Options: d.config.Consumer, Dir: d.config.Dir}
	err := consumer.Check(c)
	if err == nil {
		return
	}
	next := "hotspot verify --dir " + d.config.Dir + " names every file that is damaged"
	if usage.Is(err) {
		next = "start the consumer with the settings that it names, or do what the message names instead"
	}
	d.problem("settings", err.Error(), next)
}

// checkConsumer reads what the consumer said last, and looks for dead letters.
func (d *doctor) checkConsumer(context.Context) {
	dir, err := durable.Open(d.config.Dir)
	if err != nil || d.unread {
		return
	}
	status, err := batch.OpenFolder(dir).Status()
	corrupt := (*batch.CorruptError)(nil)
	switch {
	case errors.As(err, &corrupt) && corrupt.Reason == batch.ReasonMissing: // it has said nothing yet
	case err != nil:
		d.problem("consumer", err.Error(), "let the consumer's user and yours read the files of "+d.config.Dir)
	case status.State == batch.Halted:
		d.problem("consumer", "it halted: "+status.Detail, "do what the message says, then start it again")
	case status.State == batch.Unusable:
		d.problem("consumer", "nothing can be made of what comes: "+status.Detail, "do what it says; for places, hotspot prepare finds those of the rows and of the map, --bounds gives the map's")
	case status.State.Runs() && !d.held:
		d.note("consumer", fmt.Sprintf("it ended without a word: its last state is %s, and nobody holds the folder's lock", status.State), "start it again: it goes on where it was")
	case status.State == batch.DiskFails, status.State == batch.BrokerAway, status.State == batch.TopicGone:
		d.note("consumer", fmt.Sprintf("its last state was %s: %s", status.State, status.Detail), "see the findings above")
	}
	n, err := dir.Size("dead-letters.ndjson")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.problem("consumer", err.Error(), "let your user read the file")
	}
	if n > 0 {
		d.note("consumer", "messages that are no rows were set aside", "hotspot deadletters --dir "+d.config.Dir)
	}
}

// checkPorts tries to listen on the addresses of the api. The api itself may be
// there already.
func (d *doctor) checkPorts(context.Context) {
	for _, asked := range [][2]string{{"--listen", d.config.Listen}, {"--web", d.config.Web}} {
		flag, addr := asked[0], asked[1]
		if addr == "" {
			continue
		}
		l, err := net.Listen("tcp", addr)
		if err == nil {
			l.Close()
			d.ok("port", addr+" is free for the api")
			continue
		}
		switch {
		case apiAnswers(addr):
			d.ok("port", "the api answers on "+addr)
		case ports.Taken(err):
			d.problem("port", addr+" is taken by another program", fmt.Sprintf("end that one (%s), or give the api another address: %s HOST:PORT", whoListens(addr), flag))
		default:
			d.problem("port", fmt.Sprintf("the api cannot listen on %s: %v", addr, err), "give the api another address: "+flag+" HOST:PORT")
		}
	}
}

// whoListens is the command that names the program on an address.
func whoListens(addr string) string {
	port := addr[strings.LastIndexByte(addr, ':')+1:]
	if runtime.GOOS == "windows" {
		return "netstat -ano | findstr :" + port
	}
	return "ss -ltnp, or lsof -i :" + port
}

// apiAnswers reports whether the api listens on addr.
func apiAnswers(addr string) bool {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + addr + "/readyz")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return err == nil && strings.Contains(string(body), `"ingest"`)
}
