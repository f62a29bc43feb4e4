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
	case cause.In(err) != nil, errors.Is(err, ErrOutOfRange):
		return err
	case errors.As(err, &code):
		return t.explainCode(err, code)
	case errors.Is(err, protocol.ErrNoTopic), errors.Is(err, protocol.ErrNoPartition):
		return t.noTopic()
	}
	if e := explainTLS(err); e != nil {
		return e
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return t.because(cause.BrokerHangs, err)
	}
	if !hungUp(err) {
		return err
	}
	switch refused := t.conns.hungUp(); {
	case refused && t.config.SASLMechanism != "":
		return t.because(cause.SASLRefused, err)
	case refused:
		return t.because(cause.SASLExpected, err)
	case t.conns.proven.Load():
		return err
	case t.config.TLS:
		return t.because(cause.HungUpOnTLS, err)
	default:
		return t.because(cause.HungUp, err)
	}
}

// because is the error that c was found, in a topic of ours.
func (t *Topic) because(c cause.Cause, err error, names ...any) *cause.Error {
	who := "a client without authentication"
	if t.config.SASLUser != "" {
		who = fmt.Sprintf("user %q", t.config.SASLUser)
	}
	return c.Of(err, append(names, "topic", t.config.Topic, "user", who, "mechanism", t.config.SASLMechanism, "error", err)...)
}

// noTopic says that the topic is not there, or no longer.
func (t *Topic) noTopic() error {
	if t.seen.Load() {
		return t.because(cause.TopicGone, ErrNoTopic)
	}
	return t.because(cause.TopicMissing, ErrNoTopic)
}

// refusals are the answers of Kafka that no retry will change.
var refusals = map[kafka.Error]cause.Cause{
	kafka.SASLAuthenticationFailed:   cause.SASLRefused,
	kafka.UnsupportedSASLMechanism:   cause.SASLMechanism,
	kafka.IllegalSASLState:           cause.SASLNotWanted,
	kafka.SecurityDisabled:           cause.SASLNotWanted,
	kafka.TopicAuthorizationFailed:   cause.TopicForbidden,
	kafka.GroupAuthorizationFailed:   cause.GroupForbidden,
	kafka.ClusterAuthorizationFailed: cause.ClusterForbidden,
	kafka.BrokerAuthorizationFailed:  cause.ClusterForbidden,
	kafka.MessageSizeTooLarge:        cause.MessageTooLarge,
	kafka.RecordListTooLarge:         cause.MessageTooLarge,
}

// explainCode is explain of an answer of Kafka.
func (t *Topic) explainCode(err error, code kafka.Error) error {
	if c, known := refusals[code]; known {
		return t.because(c, err, "code", int(code))
	}
	switch code {
	case kafka.UnknownTopicOrPartition, kafka.UnknownTopicID:
		return t.noTopic()
	case kafka.OffsetOutOfRange:
		return ErrOutOfRange
	case kafka.InvalidTopic, kafka.InvalidPartitionNumber, kafka.InvalidReplicationFactor, kafka.InvalidReplicaAssignment,
		kafka.InvalidConfiguration, kafka.PolicyViolation, kafka.InvalidRequiredAcks, kafka.UnsupportedVersion,
		kafka.UnsupportedForMessageFormat, kafka.UnsupportedCompressionType, kafka.InvalidRecord, kafka.TopicDeletionDisabled:
		return cause.RequestRefused.Of(err, "error", strings.ToLower(code.Title())+": "+code.Description())
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
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &record):
		return cause.NoTLS.Of(err)
	case errors.As(err, &unknown):
		return cause.TLSAuthority.Of(err)
	case errors.As(err, &host):
		return cause.TLSHost.Of(err, "error", host)
	case errors.As(err, &invalid):
		return cause.TLSCertificate.Of(err, "error", invalid)
	case errors.As(err, &alert), isRemoteAlert(err):
		return cause.TLSHandshake.Of(err)
	case strings.Contains(err.Error(), "broker appears to be expecting TLS"): // kafka-go has no type for it
		return cause.TLSExpected.Of(err)
	}
	return nil
}

// isRemoteAlert: crypto/tls wraps an alert of the other side in a net.OpError.
func isRemoteAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// hungUp reports whether the other side closed the connection. Windows has its
// own numbers for it.
func hungUp(err error) bool {
	const aborted, reset = syscall.Errno(10053), syscall.Errno(10054) // WSAECONNABORTED, WSAECONNRESET
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, aborted) || errors.Is(err, reset)
}
