// Package verify proves from what is on disk, and from the topic when asked,
// that rows, batches, manifests and models agree: it reads everything again,
// computes the chain and every digest again, trains every model again, and
// says of each thing that does not agree where it is and what it should be.
//
// It stands beside the flow and writes nothing. It trusts no file: what a
// manifest says of itself is not taken for true before it was computed.
//
//	source ----+
//	topic -----+--> the chain after every row <--- batches <--- manifests
//	                                                  |
//	                              trained again --> models
//
// A consumer may be writing the folder, and a producer the topic, meanwhile:
//   - models are listed before batches, which are published first: of every
//     model in the list the batch is there when it is looked for;
//   - a provisional batch is replaced while it is read: what does not agree in
//     it counts when it is found a second time;
//   - the partitions of a topic are not read in one instant: a row that is
//     missing is looked for again in what has come since.
package verify

import (
	"context"
	"errors"
	"fmt"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/model"
	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/durable"
	"hotspot/internal/stream"
)

// Config says what is compared.
type Config struct {
	Dir   string         // folder of batches and models
	Input string         // prepared file that the rows come from; "" compares none
	Topic *stream.Topic  // the topic of the rows; nil compares none
	Train bool           // train the models again and compare the bytes
	Step  func(s string) // hears what is being read; may be nil
}

// Finding is one thing that does not agree.
type Finding struct {
	Where string `json:"where"` // a file, a row, an offset
	What  string `json:"what"`  // what was found and what was expected
	Next  string `json:"next"`  // what to do about it
}

func (f Finding) String() string { return f.Where + ": " + f.What + "; " + f.Next }

// Report is what was compared and what did not agree.
type Report struct {
	Dir      string    `json:"dir"`
	Title    string    `json:"title"`
	Invented bool      `json:"invented"`
	Area     string    `json:"area"` // where the city lies (docs/formats.md)
	Batches  int       `json:"batches"`
	Rows     int64     `json:"rows"`    // in committed batches
	Models   int       `json:"models"`  // model files read
	Trained  int       `json:"trained"` // models trained again
	Names    []Name    `json:"names"`   // of these models, in order
	Source   *Source   `json:"source,omitempty"`
	Topic    *Topic    `json:"topic,omitempty"`
	Findings []Finding `json:"findings"`
	Notes    []string  `json:"notes"` // true and worth knowing, no disagreement

	provisional int // rows of the open batch that were compared
}

// Name is what a model is called: whose files have the same six words have the
// same model.
type Name struct {
	Model  int    `json:"model"`
	SHA256 string `json:"sha256"` // of the whole file
	Name   string `json:"name"`   // the same, as model.NameInWords
}

// OK reports whether rows were compared and everything agrees.
func (r *Report) OK() bool { return len(r.Findings) == 0 && r.Compared() }

// Compared reports whether there were rows to compare.
func (r *Report) Compared() bool {
	return r.Batches > 0 || r.provisional > 0 || r.Topic != nil && r.Topic.Rows > 0
}

// maxFindings bounds the list: whoever has that many needs no more of them.
const maxFindings = 1000

// Run compares. The error is about the means - a folder that cannot be read, a
// broker that is away, the end of ctx - and never about what was found.
func Run(ctx context.Context, c Config) (*Report, error) {
	dir, err := durable.Open(c.Dir)
	if err != nil {
		return nil, err
	}
	v := &verifier{
		from: 1, config: c, dir: dir, batches: batch.OpenFolder(dir), models: model.OpenFolder(dir),
		report: &Report{Dir: c.Dir, Names: []Name{}, Findings: []Finding{}, Notes: []string{}},
	}
	if v.listed, err = v.models.Numbers(); err != nil {
		return nil, cause.Folder(err, c.Dir, durable.Why(err))
	}
	v.hasConsumer()
	if v.config.Step == nil {
		v.config.Step = func(string) {}
	}
	for _, step := range []func(context.Context) error{v.checkFolder, v.checkModels, v.compareSource, v.compareTopic} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("verify: %w", err)
		}
	}
	return v.report, nil
}

// verifier is one run.
type verifier struct {
	config  Config
	dir     *durable.Folder
	batches *batch.Folder
	models  *model.Folder
	report  *Report

	from      int64                   // first row of the folder, 1 but for --from-row
	last      int64                   // last row of the batches
	listed    []int                   // numbers of the models, as they were before the batches were listed
	held      bool                    // a consumer was seen to have the folder
	manifests map[int]*batch.Manifest // those that decode
	inOrder   []*batch.Manifest       // the same, by number
	openBatch *batch.Manifest         // of the open batch, when its rows are what it says; else nil
	rows      map[int]bool            // batches whose rows are what the manifest says
	chains    []crime.Chain           // after row i; the zero Chain where it is not known
}

func (v *verifier) addFinding(where, what, next string) {
	if len(v.report.Findings) < maxFindings {
		v.report.Findings = append(v.report.Findings, Finding{where, what, next})
	}
}

func (v *verifier) addNote(format string, a ...any) {
	v.report.Notes = append(v.report.Notes, fmt.Sprintf(format, a...))
}

// hasConsumer reports whether a consumer has the folder, or had it before.
func (v *verifier) hasConsumer() bool {
	if !v.held {
		_, v.held, _ = durable.Holder(v.config.Dir) // who may not look sees none
	}
	return v.held
}

// setChain remembers the chain after a row.
func (v *verifier) setChain(row int64, c crime.Chain) {
	for int64(len(v.chains)) <= row {
		v.chains = append(v.chains, crime.Chain{})
	}
	v.chains[row] = c
}

// chainAfter is the chain after a row, false when no batch tells it.
func (v *verifier) chainAfter(row int64) (crime.Chain, bool) {
	if row < 0 || row >= int64(len(v.chains)) {
		return crime.Chain{}, false
	}
	return v.chains[row], v.chains[row] != crime.Chain{}
}

// addCorrupt turns a corrupt batch file into a finding; an error that is not about
// the file's content comes back.
func (v *verifier) addCorrupt(err error, next string) error {
	var corrupt *batch.CorruptError
	if !errors.As(err, &corrupt) {
		return err
	}
	v.addFinding(corrupt.File, corrupt.Reason+": "+corrupt.Detail, next)
	return nil
}
