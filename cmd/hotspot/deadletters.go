package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hotspot/internal/consumer"
	"hotspot/internal/platform/cli"
)

type deadLettersCommand struct {
	dirFlag `embed:""`
	Reason  []string `name:"reason" placeholder:"WORD" help:"Only those with this reason; several are separated by commas."`
	Counts  bool     `name:"counts" help:"Only how many there are, by reason."`
	JSON    bool     `name:"json" help:"Print the lines as they stand in the file: key, headers and value in base64."`
}

func (deadLettersCommand) Help() string {
	return `A dead letter is a message of the topic that is no row. It blocks nothing and no batch counts it.

Examples:
  hotspot deadletters --counts
  hotspot deadletters --reason conflict --json`
}

// Run lists them and counts them by reason.
func (c deadLettersCommand) Run(app *cli.App) error {
	counts := map[string]int64{}
	total := int64(0)
	err := consumer.DeadLetters(c.Dir, func(l consumer.DeadLetter, line []byte) error {
		if len(c.Reason) > 0 && !slices.Contains(c.Reason, l.Reason) {
			return nil
		}
		counts[l.Reason]++
		total++
		switch {
		case c.JSON:
			_, err := app.Out.Write(line)
			return err
		case c.Counts:
			return nil
		}
		shown := fmt.Sprintf("%s-%d offset %d  %-15s %s  %s", l.Topic, l.Partition, l.Offset, l.Reason, excerpt(l.Value), l.Detail)
		_, err := fmt.Fprintln(app.Out, strings.TrimSpace(shown))
		return err
	})
	if err != nil || c.JSON {
		return err
	}
	reasons := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { // the most frequent first
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	for _, r := range reasons {
		fmt.Fprintf(app.Out, "%-15s %s\n", r, cli.Count(counts[r]))
	}
	_, err = fmt.Fprintf(app.Out, "%-15s %s\n", "dead letters", cli.Count(total))
	return err
}

// excerpt is the beginning of a value, escaped: it may be anything.
func excerpt(value []byte) string {
	if len(value) <= 60 {
		return fmt.Sprintf("%d bytes: %q", len(value), value)
	}
	return fmt.Sprintf("%d bytes: %q...", len(value), value[:60])
}
