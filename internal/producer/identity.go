package producer

import (
	"cmp"

	"hotspot/internal/crime"
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// setSource finds what the rows have in common: as the flags and the sidecar say,
// else as the topic does. The error is a usage error when the topic says
// something else, or nobody says where the city lies.
func (p *producer) setSource(meta *source.Meta, pos *position, topic string) error {
	s, known := meta.Source(), meta.Area()
	for _, part := range pos.parts {
		there, err := crime.ParseArea(part.last.Area)
		if part.last.Row == 0 || err != nil {
			continue
		}
		if known == nil {
			known = &there
		}
		if meta == nil {
			s = part.last.Source
		}
	}
	var err error
	if p.area, err = p.config.AreaFlags.Area(known); err != nil {
		return usage.Errorf("%s: %w", p.config.Input, err)
	}
	s.Title, s.Area = cmp.Or(p.config.Title, s.Title), p.area.String()
	for _, part := range pos.parts {
		switch there := part.last; {
		case there.Row == 0:
		case s.Title != there.Title:
			return usage.Errorf("topic %s carries the title %q, and this source %q; go on with --title %q if it is the same data, else %s", topic, there.Title, s.Title, there.Title, otherWays)
		case s.Invented != there.Invented:
			return usage.Errorf("topic %s holds %s, and this source is %s; %s", topic, kind(there.Invented), kind(s.Invented), otherWays)
		case s.Area != there.Area:
			return usage.Errorf("topic %s lies in the area %s, and this source in %s; %s", topic, there.Area, s.Area, otherWays)
		}
	}
	p.summary.Source = s
	return nil
}

// otherWays are the ways on when a topic cannot be gone on with.
const otherWays = "use another topic (--topic NAME), or begin anew (--fresh --yes)"

func kind(invented bool) string {
	if invented {
		return "an invented city"
	}
	return "a real city"
}
