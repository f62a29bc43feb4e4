package stream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"hotspot/internal/platform/secret"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"

	"hotspot/internal/platform/cause"
)

// tls reads the files of --tls-*. It returns nil without --tls.
func (c Config) tls() (*tls.Config, error) {
	if !c.TLS {
		return nil, nil
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLSCA != "" {
		pem, err := os.ReadFile(c.TLSCA)
		if err != nil {
			return nil, fmt.Errorf("--tls-ca: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--tls-ca: %s holds no certificate in PEM form", c.TLSCA)
		}
	}
	if c.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return nil, fmt.Errorf("--tls-cert and --tls-key: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}

// sasl reads the password and makes the mechanism. It returns nil without
// --sasl-mechanism. No error of it holds the password.
func (c Config) sasl() (sasl.Mechanism, error) {
	if c.SASLMechanism == "" {
		return nil, nil
	}
	password, err := secret.Read(c.SASLPasswordFile)
	if err != nil {
		return nil, fmt.Errorf("--sasl-password-file %s: %w", c.SASLPasswordFile, err)
	}
	var m sasl.Mechanism
	switch c.SASLMechanism {
	case "PLAIN":
		m = plain.Mechanism{Username: c.SASLUser, Password: password}
	case "SCRAM-SHA-256":
		m, err = scram.Mechanism(scram.SHA256, c.SASLUser, password)
	case "SCRAM-SHA-512":
		m, err = scram.Mechanism(scram.SHA512, c.SASLUser, password)
	}
	if err != nil {
		return nil, errors.New("--sasl-user and --sasl-password-file: SASLprep (RFC 4013) refuses a character of one of them")
	}
	return mechanism{m}, nil
}

// mechanism marks the errors of a SASL exchange as what they are: kafka-go
// passes them on without a type.
type mechanism struct{ sasl.Mechanism }

func (m mechanism) Start(ctx context.Context) (sasl.StateMachine, []byte, error) {
	s, state, err := m.Mechanism.Start(ctx)
	return exchange{s}, state, refused(err)
}

type exchange struct{ sasl.StateMachine }

func (e exchange) Next(ctx context.Context, challenge []byte) (bool, []byte, error) {
	done, state, err := e.StateMachine.Next(ctx, challenge)
	return done, state, refused(err)
}

func refused(err error) error {
	if err == nil {
		return nil
	}
	return cause.Of("sasl-password", err)
}
