package prepare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strconv"

	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// known are the rows of the prepared file that is appended to. They are never
// written anew: a topic and batches rest on them.
//
// A row of the input is there already when an old row that no other row of the
// input has claimed is the same but for its OFFENSE_ID, or else has its
// OFFENSE_ID, or one that was made of it: then the city has changed it. All
// other rows are new.
type known struct {
	seed     maphash.Seed
	area     crime.Bounds
	numbered bool  // ids are numbers of rows, and stand for nothing
	last     int64 // the greatest OFFENSE_ID
	line     []byte
	rows     []knownRow       // the first stands for none
	byID     map[int64]int32  // into rows
	byHash   map[uint64]int32 // into rows, 0 when all that are the same are found

	// Of all rows of the input:
	dates []float64 // seconds
	fit   *crime.Fit
}

type knownRow struct {
	reported int64 // seconds
	next     int32 // another row that is the same but for its OFFENSE_ID, 0 for none
	found    bool  // in the input
}

func newKnown(m *source.Meta) *known {
	return &known{
		seed: maphash.MakeSeed(), area: *m.Bounds, numbered: m.Identity == byRowAlone, fit: crime.NewFit(*m.Area()),
		rows: []knownRow{{found: true}}, byID: map[int64]int32{}, byHash: map[uint64]int32{},
	}
}

// same is equal for rows that are the same offense, whatever its OFFENSE_ID. A far
// place is none: where many rows have it, it is written as none.
func (k *known) same(rec *crime.Record) uint64 {
	row := *rec
	row.Text[crime.ColOffenseID] = ""
	if k.numbered {
		row.Text[crime.ColIncidentID] = ""
	}
	if row.Located && far(k.area, row.Place) {
		row.Text[crime.ColGeoLon], row.Text[crime.ColGeoLat] = "", ""
	}
	k.line = row.AppendCSV(k.line[:0])
	return maphash.Bytes(k.seed, k.line)
}

func (k *known) add(rec *crime.Record) {
	h, i := k.same(rec), int32(len(k.rows))
	k.rows = append(k.rows, knownRow{reported: secondsOf(rec.Text[crime.ColReported]), next: k.byHash[h]})
	k.byID[rec.Offense], k.byHash[h], k.last = i, i, max(k.last, rec.Offense)
}

// has claims an old row that is the same as rec. twice says that there is one,
// and another row of the input has claimed it.
func (k *known) has(rec *crime.Record) (there, twice bool) {
	k.dates = append(k.dates, float64(secondsOf(rec.Text[crime.ColReported])))
	if rec.Located {
		k.fit.Add(rec.Place)
	}
	h := k.same(rec)
	i, there := k.byHash[h]
	if i == 0 {
		return false, there
	}
	k.rows[i].found, k.byHash[h] = true, k.rows[i].next
	return true, false
}

const twice = "the same as another row, and kept; of exports that overlap, --append-to leaves one out"

// identify gives each row that is held an OFFENSE_ID of its own: the first keeps
// the city's, one that repeats it gets one made of it and its ordinal. It drops
// the rows that are there already, as the city has not changed them.
func (r *run) identify() {
	slices.SortFunc(r.held, byTime)
	times, ordinals := map[int64]int{}, map[int64]int{}
	for _, row := range r.held {
		times[row.offense]++
	}
	s, rows := &r.summary, r.held[:0]
	before := ""
	numbered := r.known.numbered && r.config.AppendTo != ""
	for _, row := range r.held {
		if row.line == before {
			r.seen.Note(1, twice)
		}
		before = row.line
		id, changed := r.known.last+1, false
		if numbered {
			r.known.last++
		} else if id, changed = r.known.ownID(row.offense, times, ordinals); changed {
			s.Changed++
			continue
		} else if id != row.offense {
			r.seen.Note(1, "another row's OFFENSE_ID: an id of their own instead")
		}
		if id != row.offense {
			row.offense = id
			row.rewrite(func(text *[crime.NumColumns]string) {
				text[crime.ColOffenseID] = strconv.FormatInt(id, 10)
				if numbered {
					text[crime.ColIncidentID] = text[crime.ColOffenseID]
				}
			})
		}
		rows = append(rows, row)
	}
	s.Already += s.Changed
	r.held = rows
}

// ownID is an OFFENSE_ID for the next row that has id, as so many of the input have
// theirs. changed says that it is an old row's.
func (k *known) ownID(id int64, times, ordinals map[int64]int) (own int64, changed bool) {
	if _, old := k.byID[id]; !old && times[id] == 1 {
		return id, false
	}
	for {
		own = made(id, ordinals[id])
		ordinals[id]++
		i, there := k.byID[own]
		if there && !k.rows[i].found {
			k.rows[i].found = true
			return own, true
		}
		if !there && (own == id || times[own] == 0) {
			k.byID[own] = 0
			return own, false
		}
	}
}

// made is the OFFENSE_ID of the n-th row with this id, counted from 0.
func made(id int64, n int) int64 {
	if n == 0 {
		return id
	}
	own, _ := strconv.ParseInt(crime.HashID(fmt.Sprintf("%d#%d", id, n+1)), 10, 64) // it has 63 bits
	return own
}

// readOld begins the file: with the one that is appended to, byte for byte, whose
// rows it counts, or with a header.
func (r *run) readOld(ctx context.Context) error {
	r.known = newKnown(r.meta)
	path := r.config.AppendTo
	if path == "" {
		_, err := r.w.Write(crime.AppendHeader(nil))
		return err
	}
	file, err := source.OpenFile(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if r.old, err = io.ReadAll(file); err != nil {
		return err
	}
	if !bytes.HasSuffix(r.old, []byte("\n")) {
		r.old = append(r.old, '\n')
	}
	n := 0
	for rec, err := range source.Rows(r.old, path) {
		if n++; n%pause == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var row *source.RowError
		if errors.As(err, &row) {
			return &source.FileError{File: path, Line: row.Line, Msg: fmt.Sprintf(
				"%s %s; rows can only be appended to a file that hotspot prepare wrote; write it again", row.Column, row.Reason)}
		}
		if err != nil {
			return err
		}
		r.count(rec.Located, secondsOf(rec.Text[crime.ColReported]))
		r.known.add(rec)
	}
	_, err = r.w.Write(r.old)
	return err
}
