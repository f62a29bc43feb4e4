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
	slices.Sort(k.dates)
	first, last := covered(k.dates)
	during := 0
	for _, row := range k.rows[1:] {
		inside := first <= row.reported && row.reported <= last
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
		r.note(s.Read, "none was there, though old rows are of the same days; are the ids of another kind?")
	}
	return nil
}

// covered are the first and the last of the packed dates, which are sorted, that do
// not lie far from all others: a date that was mistyped makes no file an older one.
func covered(dates []int64) (first, last int64) {
	days := make([]float64, len(dates))
	for i, d := range dates {
		days[i] = day(d)
	}
	low, high := fence(days, 1)
	from, to := 0, len(days)-1
	for days[from] < low {
		from++
	}
	for days[to] > high {
		to--
	}
	return dates[from], dates[to]
}

// day is a packed date in whole days.
func day(packed int64) float64 {
	d := packed / 1_000_000
	return float64(time.Date(int(d/10_000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC).Unix() / 86_400)
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
