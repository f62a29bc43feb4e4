package producer

import (
	"hotspot/internal/platform/usage"
	"hotspot/internal/source"
)

// setTitle finds the title of the data, and whether its city is invented: those
// of the flag and the sidecar, else those that the topic carries. The error is a
// usage error when the topic carries others.
func (p *producer) setTitle(meta *source.Meta, pos *position, topic string) error {
	title, invented, known := p.config.Title, false, false
	if meta != nil {
		invented, known = meta.Invented, true
		if title == "" {
			title = meta.Title
		}
	}
	for _, part := range pos.parts {
		if part.last.Row == 0 {
			continue
		}
		if title == "" {
			title = part.last.Title
		}
		if !known {
			invented, known = part.last.Invented, true
		}
		switch {
		case title != part.last.Title:
			return usage.Errorf("topic %s carries the title %q, and this source %q; go on with --title %q if it is the same data, else use another topic (--topic), or begin anew (--fresh)", topic, part.last.Title, title, part.last.Title)
		case invented != part.last.Invented:
			return usage.Errorf("topic %s holds %s, and this source is %s; use another topic (--topic), or begin anew (--fresh)", topic, kind(part.last.Invented), kind(invented))
		}
	}
	if title == "" {
		title = "untitled"
	}
	p.summary.Title, p.summary.Invented = title, invented
	return nil
}

func kind(invented bool) string {
	if invented {
		return "an invented city"
	}
	return "a real city"
}
