package consumer

import (
	"fmt"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/source"
)

// history is the chain after each row of the last batch that has any, and of the
// open one: enough to continue it and to tell a row that came again from one that differs.
type history struct {
	next   int64         // number of the row that is wanted next
	first  int64         // chains[0] is the chain after row first-1
	chains []crime.Chain // up to the chain after row next-1
}

// begin sets the chain before the first row.
func (h *history) begin(row int64, c crime.Chain) {
	*h = history{next: row, first: row, chains: []crime.Chain{c}}
}

// chain is the chain after row next-1.
func (h *history) chain() crime.Chain { return h.chains[len(h.chains)-1] }

// chainAfter is the chain after a row from first-1 to next-1.
func (h *history) chainAfter(row int64) crime.Chain { return h.chains[row-h.first+1] }

func (h *history) add(c crime.Chain) {
	h.chains = append(h.chains, c)
	h.next++
}

// forgetBefore drops the chains before row, keeping the one that row continues.
func (h *history) forgetBefore(row int64) {
	if n := row - h.first; n > 0 {
		h.chains = append(h.chains[:0], h.chains[n:]...)
		h.first = row
	}
}

// differs reports whether row, seen before, was another one: its value does
// not lead from the chain before it to the chain after it. Rows before the
// last batch are not remembered; of them it reports false.
func (h *history) differs(row int64, chain crime.Chain, value []byte) bool {
	if row < h.first || row >= h.next {
		return false
	}
	want := h.chainAfter(row)
	return chain != want || h.chainAfter(row-1).Next(value) != want
}

// replay computes the chain after every row of a batch from its CSV.
func (f *folder) replay(m *batch.Manifest) (h history, err error) {
	csv, err := f.batches.CSV(m)
	if err != nil {
		return h, err
	}
	before, err := crime.ParseChain(m.ChainBefore)
	if err != nil {
		return h, fmt.Errorf("consumer: %s: chain_before: %w", batch.ManifestName(m.Batch), err)
	}
	h.begin(m.FirstRow, before)
	var value []byte
	for rec, err := range source.Rows(csv, m.CSV.Name) {
		if err != nil {
			return h, err
		}
		value = rec.AppendValue(value[:0])
		h.add(h.chain().Next(value))
	}
	if got := h.chain().String(); got != m.ChainAfter || h.next != m.LastRow+1 {
		return h, fmt.Errorf("consumer: %s: the rows lead to chain %s at row %d, the manifest says %s at row %d; "+
			"move the folder away and let the consumer write it again", m.CSV.Name, got, h.next-1, m.ChainAfter, m.LastRow)
	}
	return h, nil
}
