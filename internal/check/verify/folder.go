package verify

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/source"
)

const rewrite = "move the folder away and let the consumer write it again from the topic"

// checkFolder reads every manifest and every batch again.
func (v *verifier) checkFolder(ctx context.Context) error {
	v.manifests, v.rows = map[int]*batch.Manifest{}, map[int]bool{}
	numbers, err := v.batches.Numbers()
	if err != nil {
		return err
	}
	want := 1
	if len(numbers) > 0 {
		if m, err := v.batches.Manifest(numbers[0]); err == nil && m.Batch > 1 && m.Begins() {
			v.from, want = m.FirstRow, m.Batch
			v.addNote("the folder begins with row %d, which is batch %d (--from-row): what row %d says of the rows before it is believed", m.FirstRow, m.Batch, m.FirstRow-1)
		}
	}
	var last *batch.Manifest
	for _, n := range numbers {
		if err := ctx.Err(); err != nil {
			return err
		}
		v.config.Step(batch.CSVName(n))
		if want < n {
			v.addFinding(batch.ManifestName(want), fmt.Sprintf("it is missing, and batch %d is there", n), rewrite)
			last = nil
		}
		want = n + 1
		m, err := v.batches.Manifest(n)
		if err != nil {
			if err := v.addCorrupt(err, rewrite); err != nil {
				return err
			}
			last = nil
			continue
		}
		v.manifests[n], v.inOrder = m, append(v.inOrder, m)
		v.last = max(v.last, m.LastRow)
		v.report.Batches++
		v.report.Rows += int64(m.Rows)
		v.report.Title, v.report.Invented, v.report.Area = m.Title, m.Invented, m.Area
		if last != nil {
			if err := v.addCorrupt(m.Follows(last), rewrite); err != nil {
				return err
			}
		}
		last = m
		if n == 1 {
			if start := crime.StartChain(crime.Source(m.Source)).String(); start != m.ChainBefore {
				v.addFinding(batch.ManifestName(1), fmt.Sprintf("chain_before is %s, and %+v begins a chain with %s", m.ChainBefore, m.Source, start), rewrite)
			}
		}
		if err := v.checkRows(m); err != nil {
			return err
		}
	}
	return v.checkStrays()
}

// checkRows compares the rows of a batch with its manifest.
func (v *verifier) checkRows(m *batch.Manifest) error {
	csv, err := v.batches.CSV(m)
	if err != nil {
		return v.addCorrupt(err, rewrite)
	}
	before, err := hex.DecodeString(m.ChainBefore)
	if err != nil {
		return err
	}
	chain, row := crime.Chain(before), m.FirstRow-1
	v.setChain(row, chain)
	incidents := map[int64]bool{}
	least, greatest, late := "", "", 0
	var value []byte
	for rec, err := range source.Rows(csv, m.CSV.Name) {
		if err != nil {
			v.addFinding(m.CSV.Name, fmt.Sprintf("it cannot be read as rows: %v", err), rewrite)
			return nil
		}
		value = rec.AppendValue(value[:0])
		chain = chain.Next(value)
		row++
		v.setChain(row, chain)
		incidents[rec.Incident] = true
		reported := rec.Text[crime.ColReported]
		if least == "" || reported < least {
			least = strings.Clone(reported)
		}
		if reported > greatest {
			greatest = strings.Clone(reported)
		}
		if reported < m.Window.First { // none lies behind the window: reported.last does not
			if late++; row == m.FirstRow {
				v.addFinding(batch.ManifestName(m.Batch), fmt.Sprintf("row %d, reported %s, does not begin it (%s)", row, reported, m.Window), rewrite)
			}
		}
	}
	says := len(v.report.Findings)
	differ := func(member string, got, want any) {
		if got != want {
			v.addFinding(batch.ManifestName(m.Batch), fmt.Sprintf("%s is %v, and the rows of %s give %v", member, want, m.CSV.Name, got), rewrite)
		}
	}
	differ("last_row", row, m.LastRow)
	differ("chain_after", chain.String(), m.ChainAfter)
	differ("incidents", len(incidents), m.Incidents)
	differ("window.late", late, m.Window.Late)
	differ("reported.first", least, m.Reported.First)
	differ("reported.last", greatest, m.Reported.Last)
	v.rows[m.Batch] = says == len(v.report.Findings)
	return nil
}

const again = "it is written again when more rows come; a consumer with --flush replaces it"

// confirm looks at files that a consumer may be replacing: what is found counts
// when it is found again.
func (v *verifier) confirm(look func() error) error {
	var before []Finding
	for range 5 {
		at := len(v.report.Findings)
		if err := look(); err != nil {
			return err
		}
		found := slices.Clone(v.report.Findings[at:])
		if len(found) == 0 || slices.Equal(found, before) {
			return nil
		}
		v.report.Findings, before = v.report.Findings[:at], found
	}
	v.addNote("the rows of the open batch were replaced each time that they were read: they were not compared")
	return nil
}

// checkProvisional compares the rows of the open batch with their manifest.
func (v *verifier) checkProvisional(n int) error {
	m, err := v.batches.Provisional(n)
	if errors.Is(err, batch.ErrNotFound) {
		return nil // it was just being replaced
	}
	if err != nil {
		return v.addCorrupt(err, again)
	}
	last := v.manifests[n-1]
	begins := len(v.manifests) == 0 && m.Begins() // a folder in which no batch is full yet
	if v.manifests[n] != nil || n > 1 && last == nil && !begins {
		if !v.hasConsumer() { // else more batches were committed since they were listed
			v.addNote("%s is left over: the consumer removes it at its next start", batch.ProvisionalName(n))
		}
		return nil
	}
	if begins {
		v.from = m.FirstRow
	}
	v.config.Step(m.CSV.Name)
	if last != nil {
		if err := m.Follows(last); err != nil {
			return v.addCorrupt(err, again)
		}
	}
	says := len(v.report.Findings)
	if err := v.checkRows(m); err != nil || says < len(v.report.Findings) {
		return err
	}
	v.openBatch, v.report.provisional = m, m.Rows
	v.addNote("%s holds %d rows of the open batch, provisionally", m.CSV.Name, m.Rows)
	return nil
}

// checkStrays looks at what is not part of the flow: provisional files, and rows
// that are not committed.
func (v *verifier) checkStrays() error {
	names, err := v.dir.Names()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		v.addNote("%s is empty", v.config.Dir)
	}
	open, err := v.dir.Numbers(batch.ProvisionalName)
	if err != nil {
		return err
	}
	for _, n := range open {
		if err := v.confirm(func() error { return v.checkProvisional(n) }); err != nil {
			return err
		}
	}
	written, err := v.dir.Numbers(batch.CSVName)
	if err != nil {
		return err
	}
	for _, n := range written {
		if v.manifests[n] != nil {
			continue
		}
		if numbers, err := v.batches.Numbers(); err == nil && (len(numbers) == 0 || n > numbers[len(numbers)-1]) {
			v.addNote("%s has no manifest: it is not committed, and the consumer will write it again", batch.CSVName(n))
		}
	}
	return nil
}
