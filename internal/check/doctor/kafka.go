package doctor

import (
	"context"
	"fmt"
	"strings"

	"hotspot/internal/platform/cause"
	"hotspot/internal/stream"
)

// checkBrokers asks the brokers, tries the addresses that they advertise, and looks
// at the topic.
func (d *doctor) checkBrokers(ctx context.Context) {
	c := d.config.Kafka
	where := strings.Join(c.Brokers, ",")
	t, err := stream.Open(c, d.log)
	if err != nil {
		d.problem("broker", err.Error(), "mend the flag or the file that it names")
		return
	}
	defer t.Close()
	in, err := t.Inspect(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		d.because("broker", err)
		return
	}
	away := false
	for _, b := range in.Brokers {
		if b.Err == nil {
			d.ok("broker", fmt.Sprintf("%s answers, and is reached as %s", where, b.Address))
			continue
		}
		away = true
		d.because("broker", b.Err)
	}
	if !away {
		d.checkTopic(in, where)
	}
}

// because adds the problem that err names.
func (d *doctor) because(check string, err error) {
	what, next := err.Error(), "the broker's own log may say more"
	if e := cause.In(err); e != nil {
		what, next = e.What, e.Next
	}
	d.problem(check, what, next)
}

// checkTopic looks at the topic's existence, content and retention.
func (d *doctor) checkTopic(in stream.Inspection, where string) {
	c := d.config.Kafka
	if len(in.Ranges) == 0 {
		e := cause.Of("topic-missing", nil, "topic", c.Topic)
		d.problem("topic", e.What, fmt.Sprintf("%s: producer --brokers %s --topic %s", e.Next, where, c.Topic))
		return
	}
	var messages, gone int64
	for _, r := range in.Ranges {
		messages += r.End - r.First
		gone += r.First
	}
	d.ok("topic", fmt.Sprintf("topic %s: %d partitions, %d messages", c.Topic, len(in.Ranges), messages))
	if gone > 0 {
		d.note("topic", fmt.Sprintf("the first %d messages of topic %s expired or were deleted: a new folder cannot begin with row 1", gone, c.Topic),
			"go on with the folder that has those rows; or begin one with a later row: consumer --from-row N, which says what N can be; or send them again: producer --fresh --yes")
	}
	for _, loss := range in.Losses {
		if loss.Name == "compacted" {
			d.because("topic", loss)
		} else { // somebody may want it so
			d.note("topic", loss.What, loss.Next)
		}
	}
}
