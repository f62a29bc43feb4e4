package stream

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"hotspot/internal/platform/cause"
)

// Answers that a caller branches on. They are not final: right after its
// creation a topic does not exist for some of the brokers.
var (
	ErrNoTopic    = errors.New("the topic does not exist")
	ErrOutOfRange = errors.New("the offset is outside the log")
)

// explain turns an error of kafka-go into a cause, or leaves it as it is.
func (t *Topic) explain(err error) error {
	var code kafka.Error
	switch {
	case cause.In(err) != nil:
		return cause.In(err) // without the names of kafka-go's functions
	case errors.Is(err, ErrOutOfRange):
		return err
	case errors.As(err, &code):
		return t.explainCode(err, code)
	case errors.Is(err, protocol.ErrNoTopic), errors.Is(err, protocol.ErrNoPartition):
		return t.noTopic()
	}
	if e := explainTLS(err); e != nil {
		return e
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return t.because("broker-hangs", timeout)
	}
	if !hungUp(err) {
		return err
	}
	switch refused := t.conns.hungUp(); {
	case refused && t.config.SASLMechanism != "":
		return t.because("sasl-refused", err)
	case refused:
		return t.because("sasl-expected", err)
	case t.conns.proven.Load():
		return err
	}
	return t.because("hung-up", err)
}

// because is the error that the cause of this name was found, in a topic of ours.
func (t *Topic) because(name string, err error, names ...any) *cause.Error {
	who := "a client without authentication"
	if t.config.SASLUser != "" {
		who = fmt.Sprintf("user %q", t.config.SASLUser)
	}
	return cause.Of(name, err, append(names, "topic", t.config.Topic, "user", who, "mechanism", t.config.SASLMechanism, "error", err)...)
}

// noTopic says that the topic is not there, or no longer.
func (t *Topic) noTopic() error {
	if t.seen.Load() {
		return t.because("topic-gone", ErrNoTopic)
	}
	return t.because("topic-missing", ErrNoTopic)
}

// refusals are the answers of Kafka that no retry will change.
var refusals = map[kafka.Error]string{
	kafka.SASLAuthenticationFailed:   "sasl-refused",
	kafka.UnsupportedSASLMechanism:   "sasl-mechanism",
	kafka.IllegalSASLState:           "sasl-not-wanted",
	kafka.SecurityDisabled:           "sasl-not-wanted",
	kafka.TopicAuthorizationFailed:   "topic-forbidden",
	kafka.GroupAuthorizationFailed:   "group-forbidden",
	kafka.ClusterAuthorizationFailed: "cluster-forbidden",
	kafka.BrokerAuthorizationFailed:  "cluster-forbidden",
	kafka.MessageSizeTooLarge:        "message-too-large",
	kafka.RecordListTooLarge:         "message-too-large",
}

// explainCode is explain of an answer of Kafka.
func (t *Topic) explainCode(err error, code kafka.Error) error {
	if name, known := refusals[code]; known {
		return t.because(name, err, "code", int(code))
	}
	switch code {
	case kafka.UnknownTopicOrPartition, kafka.UnknownTopicID:
		return t.noTopic()
	case kafka.OffsetOutOfRange:
		return ErrOutOfRange
	case kafka.InvalidTopic, kafka.InvalidPartitionNumber, kafka.InvalidReplicationFactor, kafka.InvalidReplicaAssignment,
		kafka.InvalidConfiguration, kafka.PolicyViolation, kafka.InvalidRequiredAcks, kafka.UnsupportedVersion,
		kafka.UnsupportedForMessageFormat, kafka.UnsupportedCompressionType, kafka.InvalidRecord, kafka.TopicDeletionDisabled:
		return cause.Of("request-refused", err, "error", strings.ToLower(code.Title())+": "+code.Description())
	}
	return err
}

// explainTLS knows the ways in which two sides disagree about TLS. It returns
// nil for everything else.
func explainTLS(err error) error {
	var (
		record  tls.RecordHeaderError
		alert   tls.AlertError
		unknown x509.UnknownAuthorityError
		invalid *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &record):
		return cause.Of("no-tls", err)
	case errors.As(err, &unknown):
		return cause.Of("tls-authority", err)
	case errors.As(err, &invalid):
		return cause.Of("tls-certificate", err, "error", invalid.Err)
	case errors.As(err, &alert), isRemoteAlert(err):
		return cause.Of("tls-handshake", err)
	case strings.Contains(err.Error(), "broker appears to be expecting TLS"): // kafka-go has no type for it
		return cause.Of("tls-expected", err)
	}
	return nil
}

// isRemoteAlert: crypto/tls wraps an alert of the other side in a net.OpError.
func isRemoteAlert(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error"
}

// hungUp reports whether the other side closed the connection. Windows has its
// own numbers for it.
func hungUp(err error) bool {
	const aborted, reset = syscall.Errno(10053), syscall.Errno(10054) // WSAECONNABORTED, WSAECONNRESET
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, aborted) || errors.Is(err, reset)
}
