package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// assemble makes the view of what was read. It takes batches as long as each
// follows the one before, and model n only with batch n and the models before
// it. old lends its index and its backdrop where it shows the
// same batches.
func (l *loader) assemble(old *View) *View {
	v := &View{First: l.first(), Status: l.status.now, replaced: make(chan struct{})}
	l.takeBatches(v)
	l.takeModels(v)
	for _, b := range v.Batches {
		if !b.Read() {
			v.Unread++
		}
	}
	l.makeIndex(v, old)
	v.Oldest = v.First
	if keep := l.options.KeepModels; keep > 0 {
		v.Oldest = max(v.First, v.Newest()-keep+1)
	}
	if first := v.backdropBatches(); old.backdrop != nil && slices.Equal(old.backdropBatches(), first) {
		v.backdrop = old.backdrop
	} else {
		v.backdrop = sync.OnceValue(func() *Backdrop { return drawBackdrop(first) })
	}
	for k, f := range l.batches {
		if !k.provisional {
			v.refuse(f.refused)
		}
	}
	for k, f := range l.models {
		if !k.provisional {
			v.refuse(f.refused)
		}
	}
	v.refuse(l.status.refused)
	slices.SortFunc(v.Refused, func(a, b Refusal) int { return strings.Compare(a.File, b.File) })
	v.Refused = slices.Compact(v.Refused)
	v.Generation = v.digest()
	return v
}

func (v *View) refuse(r Refusal) {
	if r.File != "" {
		v.Refused = append(v.Refused, r)
	}
}

// first is the number of the first batch: 1, unless the one with the least
// number says that the folder begins with it. A provisional one is asked when
// there is no other.
func (l *loader) first() int {
	var least *batchFile
	for _, f := range l.batches {
		if least == nil || least.provisional && !f.provisional || least.provisional == f.provisional && f.n < least.n {
			least = f
		}
	}
	if least == nil {
		return 1
	}
	b := least.batch
	if b == nil {
		b = least.shown
	}
	if b == nil || !b.Begins() {
		return 1
	}
	return least.n
}

// takeBatches shows the batches from the first one on. Of a batch that was
// replaced by one that does not follow, the old one stays, as long as it follows
// itself.
func (l *loader) takeBatches(v *View) {
	last := 0
	for k := range l.batches {
		if !k.provisional {
			last = max(last, k.n)
		}
	}
	for n := v.First; n <= last; n++ {
		f := l.batches[key{n, false}]
		if f == nil {
			v.refuse(Refusal{batch.ManifestName(n), batch.ReasonMissing})
			break
		}
		reason := v.misfit(f.batch)
		if reason == "" {
			f.shown = f.batch
		} else if f.batch != nil { // else its own refusal says why
			v.refuse(Refusal{batch.ManifestName(n), reason})
		}
		if v.misfit(f.shown) != "" {
			break
		}
		v.Batches = append(v.Batches, f.shown)
	}
	v.full = len(v.Batches)
	// The rows after the last full batch, when the consumer has written them.
	// What does not fit is being replaced, or was left behind: that is no reason
	// to refuse anything.
	f := l.batches[key{v.First + v.full, true}]
	if f != nil && f.refused.File == "" && v.misfit(f.batch) == "" {
		v.Batches = append(v.Batches, f.batch)
	}
	if len(v.Batches) > 0 {
		m := v.Batches[0].Manifest
		v.Source, v.BatchSize = m.Source, m.BatchSize
	} else {
		v.Source, v.BatchSize = v.Status.Source, v.Status.BatchSize
	}
}

// misfit says why b cannot be shown after the batches of v, "" when it can.
func (v *View) misfit(b *Batch) string {
	switch n := len(v.Batches); {
	case b == nil:
		return batch.ReasonMissing
	case n == 0 && v.First == 1 && b.ChainBefore != crime.StartChain(crime.Source(b.Source)).String(),
		n == 0 && v.First > 1 && !b.Begins(),
		n > 0 && b.Follows(v.Batches[n-1].Manifest) != nil:
		return batch.ReasonChain
	case b.LastRow > maxRows:
		return batch.ReasonTooLarge
	}
	return ""
}

// takeModels shows the models of the batches. Of a model that was replaced by
// one of another batch the old one stays.
func (l *loader) takeModels(v *View) {
	for i, b := range v.Batches {
		n := v.First + i
		f := l.models[key{n, b.Provisional}]
		if f == nil {
			f = &modelFile{}
		}
		switch {
		case b.Provisional:
			if f.refused.File == "" && f.model.isOf(b.Manifest) && len(v.Missing) == 0 {
				v.Models = append(v.Models, f.model)
			}
			return // it is the last one, and nobody misses its model
		case f.model.isOf(b.Manifest):
			f.shown = f.model
		case f.model != nil:
			v.refuse(Refusal{model.Name(n), reasonBatch})
		}
		switch {
		case !f.shown.isOf(b.Manifest):
			v.Missing = append(v.Missing, n)
		case len(v.Missing) == 0:
			v.Models = append(v.Models, f.shown)
		}
	}
}

// makeIndex goes on from old's index. While batches are unread, which come in
// no order, each that is read has a run of its own.
func (l *loader) makeIndex(v, old *View) {
	full := v.Batches[:v.full]
	switch {
	case v.Unread > 0:
		for _, b := range full {
			if b.Read() {
				if l.single[b] == nil {
					l.single[b] = newRun([]*Batch{b})
				}
				v.committed = append(v.committed, l.single[b])
			}
		}
	case old.loaded() && old.Unread == 0:
		v.committed = old.committed.extend(full)
	default:
		clear(l.single)
		v.committed = index{}.extend(full)
	}
	v.index = v.committed
	if last := v.Batches[v.full:]; len(last) > 0 && last[0].Read() {
		v.index = append(slices.Clip(v.index), newRun(last))
	}
}

// digest is the generation: the first 16 hex digits of the SHA-256 over the
// sorted lines "name sha256\n" of the CSVs that have been read and of the models
// that are served.
func (v *View) digest() string {
	var lines []string
	for _, b := range v.Batches {
		if b.Read() {
			lines = append(lines, b.CSV.Name+" "+b.CSV.SHA256+"\n")
		}
	}
	for _, m := range v.Served() {
		name := key{m.Number(), m.Provisional}.modelName()
		lines = append(lines, name+" "+m.SHA256+"\n")
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:8])
}
