package api

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/model"
)

// snapshot is everything that an answer is made of. It is immutable: a request
// takes the current one once and sees one state of the folder, whatever is
// published meanwhile.
type snapshot struct {
	generation string   // 16 hex digits, the same for the same files
	etag       []string // the value of the header ETag

	title     string // of the data; "" before the first batch
	invented  bool   // the city is synthetic
	batchSize int
	before    int       // batches 1 … before are not in the folder (consumer --from-row); nil in chunks and models
	chunks    []*chunk  // batches 1 … n, the last one perhaps provisional
	unread    int       // chunks of which only the manifest has been read so far
	models    []*served // models 1 … m, m <= n, the last one perhaps provisional
	gone      int       // models 1 … gone are no longer served
	full      int       // batches that are full: all, or all but the last
	committed index     // of the rows of full batches
	index     index     // of all rows of chunks
	missing   []int     // batches whose model is not served
	refused   []refusal // sorted by file
	open      openStatus
	shown     places

	replaced chan struct{} // closed when another snapshot has taken its place
}

// refusal is a file that was not taken, and the reason in one word.
type refusal struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Reasons beside those of packages batch and model.
const (
	reasonRows       = "rows"       // the CSV is that of the manifest but holds no such rows
	reasonBatch      = "batch"      // the model is not of the batch that is there
	reasonUnreadable = "unreadable" // the system does not let it be read
)

// assemble makes the snapshot of what was read. It takes batches as long as
// each follows the one before, and model n only with batch n and the models
// before it. Of the models the newest keep are served, all when it is 0. old
// lends its index where it shows the same batches.
func assemble(batches, partials map[int]*batchFile, models, partialModels map[int]*modelFile, open openStatus, shown places, keep int, old *snapshot) *snapshot {
	s := &snapshot{open: open, shown: shown, replaced: make(chan struct{})}
	s.begin(batches, partials)
	s.takeBatches(batches)
	s.takePartial(partials)
	for _, c := range s.chunks[s.before:] {
		if c.unread {
			s.unread++
		}
	}
	s.makeIndex(old)
	s.takeModels(models, partialModels)
	s.gone = s.before
	if keep > 0 {
		s.gone = max(s.newest()-keep, s.before)
	}
	for _, b := range batches {
		s.refuse(b.refused)
	}
	for _, m := range models {
		s.refuse(m.refused)
	}
	s.refuse(open.refused)
	slices.SortFunc(s.refused, func(a, b refusal) int { return strings.Compare(a.File, b.File) })
	s.refused = slices.Compact(s.refused)
	s.generation = s.digest()
	s.etag = []string{`"` + s.generation + `"`}
	return s
}

func (s *snapshot) refuse(r refusal) {
	if r.File != "" {
		s.refused = append(s.refused, r)
	}
}

// begin finds the first batch of a folder that does not begin with row 1.
func (s *snapshot) begin(batches, partials map[int]*batchFile) {
	if len(batches) == 0 {
		batches = partials
	}
	first := math.MaxInt
	for n := range batches {
		first = min(first, n)
	}
	if b := batches[first]; b != nil && first > 1 {
		c := cmp.Or(b.chunk, b.shown)
		if c != nil && c.manifest.Begins() {
			s.before = first - 1
		}
	}
	s.chunks = make([]*chunk, s.before)
}

// takeBatches shows batches 1 … n. Of a batch that was replaced by one that
// does not follow, the old one stays, as long as it follows itself.
func (s *snapshot) takeBatches(batches map[int]*batchFile) {
	last := 0
	for n := range batches {
		last = max(last, n)
	}
	for n := s.before + 1; n <= last; n++ {
		b := batches[n]
		if b == nil {
			s.refuse(refusal{batch.ManifestName(n), batch.ReasonMissing})
			break
		}
		reason := s.misfit(b.chunk)
		if reason == "" {
			b.shown = b.chunk
		} else if b.chunk != nil { // else its own refusal says why
			s.refuse(refusal{batch.ManifestName(n), reason})
		}
		if s.misfit(b.shown) != "" {
			break
		}
		s.chunks = append(s.chunks, b.shown)
	}
	if len(s.chunks) > s.before {
		m := s.chunks[s.before].manifest
		s.title, s.invented, s.batchSize = m.Title, m.Invented, m.BatchSize
	}
	s.full = len(s.chunks)
}

// takePartial shows the rows after the last full batch, when the consumer has
// written them. What does not fit is being replaced, or was left behind: that
// is no reason to refuse anything.
func (s *snapshot) takePartial(partials map[int]*batchFile) {
	b := partials[s.full+1]
	if b == nil || b.refused.File != "" || s.misfit(b.chunk) != "" {
		return
	}
	s.chunks = append(s.chunks, b.chunk)
	m := b.chunk.manifest
	s.title, s.invented, s.batchSize = m.Title, m.Invented, m.BatchSize
}

// misfit says why c cannot be shown after s.chunks, "" when it can.
func (s *snapshot) misfit(c *chunk) string {
	switch n := len(s.chunks); {
	case c == nil:
		return batch.ReasonMissing
	case n == 0 && c.manifest.ChainBefore != crime.StartChain(c.manifest.Title, c.manifest.Invented).String(),
		n > 0 && n == s.before && !c.manifest.Begins(),
		n > s.before && c.manifest.Follows(s.chunks[n-1].manifest) != nil:
		return batch.ReasonChain
	case c.manifest.LastRow > maxRows:
		return batch.ReasonTooLarge
	}
	return ""
}

// makeIndex goes on from old's index when s shows old's batches and more.
// While batches are unread each has a run of its own.
func (s *snapshot) makeIndex(old *snapshot) {
	full := s.chunks[:s.full]
	switch {
	case s.unread > 0:
		for i, c := range full {
			if i >= s.before && !c.unread {
				s.committed = append(s.committed, old.runOf(c, i))
			}
		}
	case old != nil && old.unread == 0 && old.before == s.before && old.full <= s.full && slices.Equal(old.chunks[:old.full], full[:old.full]):
		s.committed = old.committed.with(full, old.full)
	default:
		s.committed = s.committed.with(full, s.before)
	}
	s.index = s.committed
	if n := len(s.chunks); n > s.full && !s.chunks[s.full].unread {
		s.index = append(slices.Clip(s.index), newRun(s.chunks, s.full, n))
	}
}

// runOf is the run that s has of c alone, the chunk at i, else a new one.
func (s *snapshot) runOf(c *chunk, i int) *run {
	if s != nil && s.unread > 0 && i < s.full && s.chunks[i] == c {
		at, found := slices.BinarySearchFunc(s.committed, i, func(r *run, i int) int { return r.from - i })
		if found {
			return s.committed[at]
		}
	}
	chunks := make([]*chunk, i+1)
	chunks[i] = c
	return newRun(chunks, i, i+1)
}

// takeModels shows models 1 … m of the batches. Of a model that was replaced by
// one of another batch the old one stays.
func (s *snapshot) takeModels(models, partials map[int]*modelFile) {
	s.models = make([]*served, s.before)
	for i, c := range s.chunks {
		if c == nil {
			continue
		}
		if c.manifest.Provisional {
			if m := partials[i+1]; m != nil && m.refused.File == "" && m.served.isOf(c.manifest) && len(s.missing) == 0 {
				s.models = append(s.models, m.served)
			}
			break
		}
		m := models[i+1]
		if m == nil {
			m = &modelFile{}
		}
		if m.served.isOf(c.manifest) {
			m.shown = m.served
		} else if m.served != nil {
			s.refuse(refusal{model.Name(i + 1), reasonBatch})
		}
		switch {
		case !m.shown.isOf(c.manifest):
			s.missing = append(s.missing, i+1)
		case len(s.missing) == 0:
			s.models = append(s.models, m.shown)
		}
	}
}

// digest is the generation: the first 16 hex digits of the SHA-256 over the
// sorted lines "name sha256\n" of the CSVs that have been read and of the models
// that are served.
func (s *snapshot) digest() string {
	var lines []string
	for _, c := range s.chunks[s.before:] {
		if !c.unread {
			lines = append(lines, c.manifest.CSV.Name+" "+c.manifest.CSV.SHA256+"\n")
		}
	}
	for _, m := range s.served() {
		name := model.Name(m.model.Model)
		if m.model.Provisional {
			name = model.ProvisionalName(m.model.Model)
		}
		lines = append(lines, name+" "+m.sha256+"\n")
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:8])
}

// newest is the number of the newest model of a full batch, 0 when there is
// none.
func (s *snapshot) newest() int {
	if n := min(len(s.models), s.full); n > s.before {
		return n
	}
	return 0
}

// served are the models that answer.
func (s *snapshot) served() []*served { return s.models[s.gone:] }

// rowsOf returns the batch that m was trained on, once its rows are read.
func (s *snapshot) rowsOf(m *served) (*chunk, error) {
	c := s.chunks[m.model.Batch.Number-1]
	if c.unread {
		return nil, s.stillLoading("The rows of batch " + strconv.Itoa(m.model.Batch.Number) + " are")
	}
	return c, nil
}

// stillLoading is the error for what depends on batches that are not read yet.
func (s *snapshot) stillLoading(what string) error {
	return newProblem(loading, what+" still being read, "+count(s.unread, "batch is", "batches are")+" left; ask again in a moment.")
}

// model returns the model that a request names. number is as it stands in the
// URL: model 1 has one name, "1".
func (s *snapshot) model(number string) (*served, error) {
	if len(s.models) == s.before {
		return nil, newProblem(noModels, "No model has been trained yet; "+
			count(s.waiting(), "row is", "rows are")+" waiting for the first batch to be full.")
	}
	n, ok := parseModel(number)
	if !ok || n > len(s.models) {
		return nil, newProblem(modelNotFound, "No model "+brief(number)+"; the newest is "+strconv.Itoa(len(s.models))+".")
	}
	if n <= s.before {
		return nil, newProblem(modelNotFound, "No model "+number+"; the folder begins with model "+strconv.Itoa(s.before+1)+".")
	}
	if n <= s.gone {
		return nil, newProblem(modelGone, "Model "+number+" is no longer served; the oldest that is is "+strconv.Itoa(s.gone+1)+".")
	}
	return s.models[n-1], nil
}

// waiting is the number of rows that are in no batch yet.
func (s *snapshot) waiting() int {
	if s.open.Batch <= s.full {
		return 0 // the status is older than the newest batch
	}
	return s.open.Rows
}
