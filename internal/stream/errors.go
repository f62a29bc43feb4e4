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
)

// Answers that a caller branches on. They are not fatal: right after its
// creation a topic does not exist for some of the brokers.
var (
	ErrNoTopic    = errors.New("the topic does not exist")
	ErrOutOfRange = errors.New("the offset is outside the log")
)

// FatalError is an answer that no retry will change: authentication, TLS, a
// missing right, a message that the broker never takes. Msg says what is
// wrong and what to do about it, in one line and without secrets.
type FatalError struct {
	Msg string
	Err error // the cause; may be nil
}

func (e *FatalError) Error() string { return e.Msg }
func (e *FatalError) Unwrap() error { return e.Err }

// Fatal reports whether err is not worth a retry.
func Fatal(err error) bool {
	var f *FatalError
	return errors.As(err, &f)
}

// explain turns an error of kafka-go into ours: a FatalError, an answer, or
// the same error with a hint.
func (t *Topic) explain(err error) error {
	var code kafka.Error
	switch {
	case Fatal(err), errors.Is(err, ErrNoTopic), errors.Is(err, ErrOutOfRange):
		return err
	case errors.As(err, &code):
		return t.explainCode(err, code)
	case errors.Is(err, protocol.ErrNoTopic), errors.Is(err, protocol.ErrNoPartition):
		return fmt.Errorf("%w: %w", ErrNoTopic, err)
	}
	if e := t.explainTLS(err); e != nil {
		return e
	}
	if !hungUp(err) {
		return err
	}
	switch {
	case t.conns.hungUp():
		msg := "authentication: the broker hung up after its first answer, as a broker that expects SASL does; try --sasl-mechanism, or the port without SASL"
		if t.config.SASLMechanism != "" {
			msg = fmt.Sprintf("authentication failed: the broker hangs up on user %q with %s; check --sasl-user and --sasl-password-file", t.config.SASLUser, t.config.SASLMechanism)
		}
		return &FatalError{Msg: msg, Err: err}
	case t.conns.proven.Load():
		return err
	case t.config.TLS:
		return fmt.Errorf("%w (the broker hung up: does it speak TLS on this port?)", err)
	default:
		return fmt.Errorf("%w (the broker hung up: does it expect TLS or SASL on this port?)", err)
	}
}

// explainCode knows the error codes of Kafka that no retry will change.
func (t *Topic) explainCode(err error, code kafka.Error) error {
	fatal := func(format string, a ...any) error {
		return &FatalError{Msg: fmt.Sprintf(format, a...), Err: err}
	}
	c := t.config
	who := "a client without authentication"
	if c.SASLUser != "" {
		who = fmt.Sprintf("user %q", c.SASLUser)
	}
	switch code {
	case kafka.UnknownTopicOrPartition, kafka.UnknownTopicID:
		return fmt.Errorf("%w: %s", ErrNoTopic, c.Topic)
	case kafka.OffsetOutOfRange:
		return ErrOutOfRange
	case kafka.SASLAuthenticationFailed:
		return fatal("authentication failed: the broker refuses user %q with %s; check --sasl-user and --sasl-password-file", c.SASLUser, c.SASLMechanism)
	case kafka.UnsupportedSASLMechanism:
		return fatal("authentication: the broker does not offer %s; try another --sasl-mechanism", c.SASLMechanism)
	case kafka.IllegalSASLState, kafka.SecurityDisabled:
		return fatal("authentication: the broker expects no SASL on this port; leave out --sasl-mechanism, or use the port with SASL")
	case kafka.TopicAuthorizationFailed:
		return fatal("not authorized: %s may not use topic %s; it needs an ACL for Describe and Read, and for the producer Create and Write (error 29)", who, c.Topic)
	case kafka.GroupAuthorizationFailed:
		return fatal("not authorized: %s may not use this consumer group; it needs an ACL for Read (error 30)", who)
	case kafka.ClusterAuthorizationFailed, kafka.BrokerAuthorizationFailed:
		return fatal("not authorized: %s may not do this with the cluster; topic %s needs an ACL for Create (error %d)", who, c.Topic, int(code))
	case kafka.MessageSizeTooLarge, kafka.RecordListTooLarge:
		return fatal("message too large: the broker refuses a message of topic %s; raise its max.message.bytes (error %d)", c.Topic, int(code))
	case kafka.InvalidTopic, kafka.InvalidPartitionNumber, kafka.InvalidReplicationFactor, kafka.InvalidReplicaAssignment,
		kafka.InvalidConfiguration, kafka.PolicyViolation, kafka.InvalidRequiredAcks, kafka.UnsupportedVersion,
		kafka.UnsupportedForMessageFormat, kafka.UnsupportedCompressionType, kafka.InvalidRecord, kafka.TopicDeletionDisabled:
		return fatal("the broker refuses it: %s", strings.ToLower(code.Title())+": "+code.Description())
	}
	return err
}

// explainTLS knows the ways in which two sides disagree about TLS. It returns
// nil for everything else.
func (t *Topic) explainTLS(err error) error {
	var (
		record  tls.RecordHeaderError
		alert   tls.AlertError
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	msg := ""
	switch {
	case errors.As(err, &record):
		msg = "the broker does not speak TLS on this port; leave out --tls, or use its TLS port"
	case errors.As(err, &unknown):
		msg = "the broker's certificate is signed by an unknown authority; name it by --tls-ca"
	case errors.As(err, &host):
		msg = "the broker's certificate is for another host: " + host.Error()
	case errors.As(err, &invalid):
		msg = "the broker's certificate cannot be used: " + invalid.Error()
	case errors.As(err, &alert), isRemoteAlert(err):
		msg = "the broker refuses the handshake; it may ask for --tls-cert and --tls-key"
	case strings.Contains(err.Error(), "broker appears to be expecting TLS"): // kafka-go has no type for it
		msg = "the broker expects TLS on this port; add --tls"
	default:
		return nil
	}
	return &FatalError{Msg: "TLS: " + msg, Err: err}
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
