package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hotspot/internal/analysis/report"
	"hotspot/internal/batch"
	"hotspot/internal/catalog"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
)

type reportCommand struct {
	Model   string `arg:"" optional:"" default:"latest" help:"Number of the model, or latest."`
	dirFlag `embed:""`
	Output  string `name:"output" short:"o" default:"-" placeholder:"FILE" help:"Where the sheet goes; - is standard output."`
}

func (reportCommand) Help() string {
	return `The sheet says what is more and fewer than usual (docs/past.md), which spots are new and gone (docs/spots.md), where the areas are, and what the data cannot say. It is one HTML page that loads nothing. It depends on the folder alone: the same batches and models give the same bytes.

Examples:
  hotspot report -o report.html
  hotspot report 3 > report-3.html`
}

// Run writes the sheet.
func (c reportCommand) Run(ctx context.Context, app *cli.App) error {
	if err := durable.CheckOutput(c.Output, c.files()...); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	v, err := catalog.Read(ctx, c.Dir)
	if err != nil {
		return err
	}
	m, err := c.findModel(v, c.Model)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	data, err := report.HTML(v, m.Number())
	if err != nil {
		return err
	}
	if c.Output == "-" {
		_, err = app.Out.Write(data)
		return err
	}
	return writeFile(c.Output, data)
}

// files are the batches and models of the folder, with all that lies beside them.
func (c dirFlag) files() (paths []string) {
	entries, _ := os.ReadDir(c.Dir) // what cannot be listed is said when it is read
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), batch.Prefix) || strings.HasPrefix(e.Name(), model.Prefix) {
			paths = append(paths, filepath.Join(c.Dir, e.Name()))
		}
	}
	return paths
}

// writeFile puts data at path, whole or not at all.
func writeFile(path string, data []byte) error {
	d, err := durable.Create(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if _, err := d.Write(data); err != nil {
		return err
	}
	return d.Publish()
}

// findModel returns the model of the folder with that number, or the latest, or says why there is none.
func (c dirFlag) findModel(v *catalog.View, name string) (*catalog.Model, error) {
	n, err := v.Newest(), error(nil)
	if name != "latest" {
		if n, err = strconv.Atoi(name); err != nil {
			return nil, usage.Errorf("%q is no model; want a number or latest", name)
		}
	}
	m, err := v.Model(n)
	switch {
	case err == nil:
		return m, nil
	case v.RefusedError() != nil:
		return nil, v.RefusedError()
	case errors.Is(err, catalog.ErrNoModels):
		return nil, usage.Errorf("%s: no model has been trained yet; hotspot up makes some", c.Dir)
	}
	return nil, usage.Errorf("%s: no model %d; the oldest is %d, the newest %d", c.Dir, n, v.First, v.LastModel())
}
