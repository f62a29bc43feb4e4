package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hotspot/internal/batch"
	"hotspot/internal/model"
	"hotspot/internal/train"
)

const retrain = "remove the file and start the consumer: it trains the model again"

// checkModels reads every model, compares it with its batch, and trains it
// again.
func (v *verifier) checkModels(ctx context.Context) error {
	newest := 0
	if len(v.listed) > 0 {
		newest = v.listed[len(v.listed)-1]
	}
	wanted := slices.AppendSeq(slices.Clone(v.listed), maps.Keys(v.manifests))
	slices.Sort(wanted)
	var previous, first *model.Model // previous: the newest one with clusters
	whole := true                    // every model up to here was read
	for _, n := range slices.Compact(wanted) {
		if err := ctx.Err(); err != nil {
			return err
		}
		v.config.Step(model.Name(n))
		m, sum, err := v.models.Read(n)
		if errors.Is(err, model.ErrNotFound) {
			switch {
			case n < newest:
				v.addFinding(model.Name(n), fmt.Sprintf("it is missing, and model %d is there", newest), "start the consumer: it trains the model")
			case v.hasConsumer():
				v.addNote("%s is not there yet: the consumer trains it", model.Name(n))
			default:
				v.addNote("%s is not there yet: the consumer trains it at its next start", model.Name(n))
			}
			whole = false
			continue
		}
		if err != nil {
			var corrupt *model.CorruptError
			if !errors.As(err, &corrupt) {
				return err
			}
			v.addFinding(model.Name(n), corrupt.Error(), retrain)
			whole = false
			continue
		}
		v.report.Models++
		v.report.Names = append(v.report.Names, Name{n, sum, model.NameInWords(sum)})
		if first == nil {
			first = m
		} else if m.Frame != first.Frame {
			v.addFinding(model.Name(n), fmt.Sprintf("it was trained with %s, and model %d with %s", m.Frame, first.Model, first.Frame), retrain)
		} else if diff := model.Diff(m.Settings, first.Settings); diff != "" {
			v.addFinding(model.Name(n), fmt.Sprintf("it was trained with other settings than model %d: %s", first.Model, diff), retrain)
		}
		b := v.manifests[n]
		if b == nil {
			v.addFinding(model.Name(n), fmt.Sprintf("%s, which it was trained on, is not there or damaged", batch.ManifestName(n)), "restore the batch, or "+retrain)
		} else if v.compareWithBatch(m, b) && v.config.Train && whole && v.rows[n] {
			if err := v.trainAgain(ctx, m, b, previous); err != nil {
				return err
			}
		}
		if len(m.Clusters) > 0 {
			previous = m
		}
	}
	return v.checkProvisionalModel(previous)
}

// checkProvisionalModel compares the model of the open batch with its rows. Like
// them it is replaced when more rows come, and then it is not that of the
// batch that was read.
func (v *verifier) checkProvisionalModel(previous *model.Model) error {
	b := v.openBatch
	if b == nil {
		return nil
	}
	return v.confirm(func() error {
		m, _, err := v.models.ReadProvisional(b.Batch)
		var corrupt *model.CorruptError
		switch {
		case errors.Is(err, model.ErrNotFound):
			return nil
		case errors.As(err, &corrupt):
			v.addFinding(model.ProvisionalName(b.Batch), corrupt.Error(), again)
			return nil
		case err != nil:
			return err
		}
		if m.Batch.LastRow < b.LastRow || m.Batch.LastRow > b.LastRow && v.hasConsumer() {
			return nil // of other rows: the next one is being trained, or was meanwhile
		}
		if v.compareWithBatch(m, b) && m.AlignedTo != nil && (previous == nil || *m.AlignedTo != previous.Model) {
			v.addFinding(model.ProvisionalName(b.Batch), fmt.Sprintf("it is numbered after model %d, which is not the newest one with clusters", *m.AlignedTo), again)
		}
		return nil
	})
}

// compareWithBatch compares what a model says of its batch with the manifest.
func (v *verifier) compareWithBatch(m *model.Model, b *batch.Manifest) bool {
	says := len(v.report.Findings)
	name, manifest, next := model.Name(m.Model), batch.ManifestName(b.Batch), retrain
	if m.Provisional {
		name, manifest, next = model.ProvisionalName(m.Model), batch.ProvisionalName(b.Batch), again
	}
	differ := func(member string, got, want any) {
		if got != want {
			v.addFinding(name, fmt.Sprintf("%s is %v, and %s says %v", member, got, manifest, want), next)
		}
	}
	differ("title", m.Title, b.Title)
	differ("invented", m.Invented, b.Invented)
	differ("batch.sha256", m.Batch.SHA256, b.CSV.SHA256)
	differ("batch.window", m.Batch.Window, b.Window)
	differ("batch.first_row", m.Batch.FirstRow, b.FirstRow)
	differ("batch.last_row", m.Batch.LastRow, b.LastRow)
	differ("batch.chain_after", m.Batch.ChainAfter, b.ChainAfter)
	differ("batch.reported.first", m.Batch.Reported.First, b.Reported.First)
	differ("batch.reported.last", m.Batch.Reported.Last, b.Reported.Last)
	differ("rows.total", m.Rows.Total, b.Rows)
	return says == len(v.report.Findings)
}

// trainAgain trains a model again and compares the files byte by byte.
func (v *verifier) trainAgain(ctx context.Context, m *model.Model, b *batch.Manifest, previous *model.Model) error {
	if !m.Reproducible {
		v.addNote("%s is of engine %s, which does not give the same bytes twice: it was not trained again", model.Name(m.Model), m.Settings.Engine)
		return nil
	}
	csv, err := v.batches.CSV(b)
	if err != nil {
		return v.addCorrupt(err, rewrite)
	}
	made, err := train.Trainer{}.Batch(ctx, b, csv, m.Settings, m.Frame, previous)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		v.addFinding(model.Name(m.Model), fmt.Sprintf("its settings cannot be trained with: %v", err), retrain)
		return nil
	}
	v.report.Trained++
	file, fresh := m.Encode(), made.Encode() // strictly decoded files encode to their own bytes
	if bytes.Equal(file, fresh) {
		return nil
	}
	line, got, want := firstDifference(file, fresh)
	v.addFinding(model.Name(m.Model), fmt.Sprintf("line %d says %q, and training the rows of %s again gives %q", line, got, b.CSV.Name, want), retrain)
	return nil
}

// firstDifference is the first line, counted from 1, in which two model files
// differ, but for the checksum, which differs whenever anything does.
func firstDifference(a, b []byte) (line int, inA, inB string) {
	linesA, linesB := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	trimmed := func(lines [][]byte, i int) string {
		if i >= len(lines) {
			return ""
		}
		return strings.TrimSpace(string(lines[i]))
	}
	for i := range max(len(linesA), len(linesB)) {
		inA, inB = trimmed(linesA, i), trimmed(linesB, i)
		if inA != inB && !strings.HasPrefix(inA, `"checksum"`) {
			return i + 1, inA, inB
		}
	}
	return 0, "", ""
}
