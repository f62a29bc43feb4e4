package prepare

import (
	"fmt"
	"slices"
	"time"

	"hotspot/internal/platform/durable"
	"hotspot/internal/platform/usage"
)

// compare looks whether what is appended is of the same city, and counts which old
// rows the city has removed.
func (r *run) compare() error {
	s, k := &r.summary, r.known
	if err := k.fit.Err(); err != nil && (k.fit.Located() >= fewPlaces || k.fit.Far()) {
		return usage.Errorf("prepare: --append-to %s: %w; prepare another city's to a file of its own with -o", r.config.AppendTo, err)
	}
	if len(k.dates) == 0 {
		return nil
	}
	first, last := covered(k.dates)
	during := 0
	for _, row := range k.rows[1:] {
		inside := first <= float64(row.reported) && float64(row.reported) <= last
		switch {
		case inside && !row.found:
			s.Removed++
		case !row.found:
			s.Beside++
		}
		if inside {
			during++
		}
	}
	if s.Already == 0 && during >= 100 && len(k.dates) >= 100 {
		r.seen.Note(s.Read, "none was there, though old rows are of the same days; are the ids of another kind?")
	}
	return nil
}

// covered are the first and the last of the dates that do not lie far from all
// others: a date that was mistyped makes no file an older one. It sorts them.
func covered(dates []float64) (first, last float64) {
	slices.Sort(dates)
	low, high := fence(dates, (24 * time.Hour).Seconds())
	dates = slices.DeleteFunc(dates, func(d float64) bool { return d < low || d > high })
	return dates[0], dates[len(dates)-1]
}

// keepOld leaves a copy of the file that is appended to beside the new one until the
// next time: what was appended can be taken back. Its sidecar differs in counts alone.
func (r *run) keepOld() error {
	kept, err := durable.Create(r.config.AppendTo + Before)
	if err != nil {
		return err
	}
	defer kept.Close()
	if _, err := kept.Write(r.old); err != nil {
		return fmt.Errorf("prepare: keep the old file: %w", err)
	}
	return kept.Publish()
}

// Before is behind the name of the file as it was before rows were appended.
const Before = ".before"
