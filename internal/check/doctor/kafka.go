package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

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
		d.problem("broker", fmt.Sprintf("%s does not answer: %v", where, err), d.nextStep(err))
		return
	}
	away := false
	for _, b := range in.Brokers {
		if b.Err == nil {
			d.ok("broker", fmt.Sprintf("%s answers, and is reached as %s", where, b.Address))
			continue
		}
		away = true
		d.problem("broker", fmt.Sprintf("%s answers, but sends its clients to %s (advertised listener), which cannot be reached from here: %v", where, b.Address, b.Err),
			fmt.Sprintf("set advertised.listeners of the broker to an address that works from here, such as %s, or make %s one (hosts file, port mapping)", c.Brokers[0], b.Address))
	}
	if !away {
		d.checkTopic(in)
	}
}

// nextStep is what to do when no broker answers.
func (d *doctor) nextStep(err error) string {
	if stream.Fatal(err) {
		return "see the error; the flags are --tls, --tls-ca, --tls-cert, --tls-key, --sasl-mechanism, --sasl-user, --sasl-password-file"
	}
	var dns *net.DNSError
	addr := d.config.Kafka.Brokers[0]
	switch {
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s is not known here: mend --brokers", dns.Name)
	case refused(err) && strings.HasPrefix(addr, "127.0.0.1:"):
		return fmt.Sprintf("start one: hotspot broker --broker-listen %s, or everything at once: hotspot up", addr)
	case refused(err):
		return fmt.Sprintf("nothing listens there: start the broker, or mend --brokers %s", addr)
	}
	host, port, _ := net.SplitHostPort(addr)
	ask := "nc -vz " + host + " " + port
	if runtime.GOOS == "windows" {
		ask = "Test-NetConnection " + host + " -Port " + port
	}
	return "check that the broker runs and no firewall is between: " + ask
}

// refused reports whether nothing listens there. Windows has its own number for
// that, WSAECONNREFUSED.
func refused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.Errno(10061))
}

// checkTopic looks at the topic's existence, content and retention.
func (d *doctor) checkTopic(in stream.Inspection) {
	c := d.config.Kafka
	if !in.Exists {
		d.problem("topic", fmt.Sprintf("topic %s does not exist; the consumer waits for it", c.Topic),
			fmt.Sprintf("producer --brokers %s --topic %s, which creates it", strings.Join(c.Brokers, ","), c.Topic))
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
	alter := fmt.Sprintf("kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config ", c.Brokers[0], c.Topic)
	for _, s := range in.Losses {
		problem := fmt.Sprintf("topic %s is compacted: of rows with the same incident only the last one stays", c.Topic)
		switch s.Name {
		case "retention.ms":
			keeps := s.Value + " ms"
			if ms, err := strconv.ParseInt(s.Value, 10, 64); err == nil {
				keeps = (time.Duration(ms) * time.Millisecond).String()
			}
			problem = fmt.Sprintf("topic %s keeps its rows for %s only: a consumer that is away longer halts with a gap", c.Topic, keeps)
		case "retention.bytes":
			problem = fmt.Sprintf("topic %s keeps %s bytes of each partition only: the oldest rows go", c.Topic, s.Value)
		}
		d.problem("topic", problem, alter+s.Name+"="+s.Want)
	}
}
