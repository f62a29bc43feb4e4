package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"hotspot/internal/analysis/report"
	"hotspot/internal/model"
	"hotspot/internal/platform/cli"
	"hotspot/internal/platform/durable"
)

type reportCommand struct {
	Model  string `arg:"" optional:"" default:"latest" help:"Number of the model, or latest."`
	Dir    string `name:"dir" default:"dataset-kafka" help:"Folder of batches and models."`
	Output string `name:"output" short:"o" default:"-" placeholder:"FILE" help:"Where the sheet goes; - is standard output."`
}

// Help shows examples.
func (reportCommand) Help() string {
	return `The sheet is one HTML page that loads nothing. It depends on the model files alone: the same models give the same bytes.

Examples:
  hotspot report -o report.html
  hotspot report 3 > report-3.html`
}

// Run writes the sheet.
func (c reportCommand) Run(app *cli.App) error {
	dir, err := durable.Open(c.Dir)
	if err != nil {
		return err
	}
	folder := model.OpenFolder(dir)
	numbers, err := folder.Numbers()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(numbers) == 0 {
		return fmt.Errorf("report: %s holds no model yet; hotspot up makes some", c.Dir)
	}
	last := numbers[len(numbers)-1]
	n := last
	if c.Model != "latest" {
		if n, err = strconv.Atoi(c.Model); err != nil || n < 1 || strconv.Itoa(n) != c.Model {
			return fmt.Errorf("report: %q is no model; want a number or latest", c.Model)
		}
	}
	if n > last {
		return fmt.Errorf("report: %s holds no model %d; the newest is %d", c.Dir, n, last)
	}
	if n < numbers[0] {
		return fmt.Errorf("report: %s begins with model %d", c.Dir, numbers[0])
	}
	var models []*model.Model
	sum := ""
	for i := numbers[0]; i <= n; i++ {
		m, s, err := folder.Read(i)
		if err != nil {
			return err
		}
		models, sum = append(models, m), s
	}
	data, err := report.HTML(models, model.Words(sum))
	if err != nil {
		return err
	}
	if c.Output == "-" {
		_, err = app.Out.Write(data)
		return err
	}
	return os.WriteFile(c.Output, data, 0o644)
}
