package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"hotspot/internal/batch"
	"hotspot/internal/crime"
	"hotspot/internal/feature"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

type explainCommand struct {
	ID    int64  `arg:"" help:"The crime's INCIDENT_ID."`
	Model int    `name:"model" placeholder:"N" help:"Number of the model (default: the newest of the folder)."`
	Dir   string `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
	Input string `name:"input" default:"dataset/crime_preprocessed.csv" help:"The prepared CSV that the rows came from, to show the line there. Empty = leave it out."`
	API   string `name:"api" default:"http://127.0.0.1:6000" placeholder:"URL" help:"The API to compare with. Empty = leave it out."`
	Token string `name:"token-file" placeholder:"FILE" help:"File with the API's token."`
}

// Help shows an example.
func (explainCommand) Help() string {
	return `Recomputes the answer GET /modelN/ID/cluster from the row, with every number that is needed to do it by hand: line, row, batch, place, kilometers, the distance to each area. Then it asks the API and says whether the two agree.

Example: hotspot explain 2019182954 --model 3`
}

// offense is a row of the incident, and what the model says of it.
type offense struct {
	crime.Record
	row     int64
	batch   *batch.Manifest
	vector  []float64
	skip    feature.Skip // why it has no vector, feature.Usable when it has one
	nearest model.Nearest
}

// Run explains one crime.
func (c explainCommand) Run(ctx context.Context, app *cli.App) error {
	app.Quiet()
	if c.ID < 0 {
		return usage.Errorf("explain: %d is not a crime's id: want 0 or more", c.ID)
	}
	dir, err := durable.Open(c.Dir)
	if err != nil {
		return err
	}
	m, err := c.model(dir)
	if err != nil {
		return err
	}
	offenses, rows, err := c.find(ctx, dir, m)
	if err != nil {
		return err
	}
	if len(offenses) == 0 {
		return fmt.Errorf("explain: no crime %d in the %d rows of %s; GET /models says how many more are waiting", c.ID, rows, c.Dir)
	}
	for i := range offenses {
		offenses[i].ask(m)
	}
	e := &explanation{model: m, dir: c.Dir, id: c.ID, offenses: offenses, deciding: deciding(m, offenses)}
	if _, err := io.WriteString(app.Out, e.text(c.line(e))); err != nil || c.API == "" {
		return err
	}
	said, err := c.compare(ctx, e)
	_, werr := io.WriteString(app.Out, said)
	return cmp.Or(err, werr)
}

// model is the model that is asked.
func (c explainCommand) model(dir *durable.Folder) (*model.Model, error) {
	models := model.OpenFolder(dir)
	n := c.Model
	if n == 0 {
		numbers, err := models.Numbers()
		if err != nil {
			return nil, err
		}
		if len(numbers) == 0 {
			return nil, usage.Errorf("explain: %s has no models; hotspot up makes some", c.Dir)
		}
		n = numbers[len(numbers)-1]
	}
	m, _, err := models.Read(n)
	if errors.Is(err, model.ErrNotFound) {
		return nil, usage.Errorf("explain: %s has no model %d", c.Dir, n)
	}
	return m, err
}

// find reads the rows of the incident from all batches, in order. rows is how
// many there are in all. The batch of the model must be the one that is there.
func (c explainCommand) find(ctx context.Context, dir *durable.Folder, of *model.Model) (offenses []offense, rows int64, err error) {
	batches := batch.OpenFolder(dir)
	manifests, err := batches.Manifests()
	if err != nil {
		return nil, 0, err
	}
	id := []byte(strconv.FormatInt(c.ID, 10) + ",")
	for _, m := range manifests {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if rows = m.LastRow; m.Batch == of.Batch.Number && m.CSV.SHA256 != of.Batch.SHA256 {
			return nil, 0, fmt.Errorf("explain: model %d was trained on other rows than %s holds; hotspot verify says more", of.Model, m.CSV.Name)
		}
		csv, err := batches.CSV(m)
		if err != nil {
			return nil, 0, err
		}
		if !bytes.Contains(csv, id) {
			continue
		}
		row := m.FirstRow - 1
		for r, err := range source.Rows(csv, m.CSV.Name) {
			if err != nil {
				return nil, 0, err
			}
			row++
			if r.Incident == c.ID {
				offenses = append(offenses, offense{Record: *r, row: row, batch: m})
			}
		}
	}
	return offenses, rows, nil
}

// ask finds the area of the offense in m.
func (o *offense) ask(m *model.Model) {
	if len(m.Clusters) == 0 {
		o.skip = "untrainable"
		return
	}
	if o.vector, o.skip = m.Frame.Vector(nil, feature.Set(m.Settings.Features), &o.Record); o.skip == feature.Usable {
		o.nearest = m.Nearest(o.vector)
	}
}

// deciding is the offense whose area is the crime's (docs/formats.md): with a
// usable place before without, in the model's batch before in another, then the
// least row.
func deciding(m *model.Model, offenses []offense) *offense {
	rank := func(o *offense) int {
		n := 0
		if o.skip != feature.Usable {
			n += 2
		}
		if o.batch.Batch != m.Batch.Number {
			n++
		}
		return n
	}
	best := &offenses[0]
	for i := range offenses {
		if rank(&offenses[i]) < rank(best) {
			best = &offenses[i]
		}
	}
	return best
}
