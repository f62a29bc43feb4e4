package stream_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"hotspot/internal/platform/cause"
	"hotspot/internal/platform/usage"
	"hotspot/internal/stream"
	"hotspot/internal/testkit"
)

const secret = "open sesame 42"

// K22: what no retry will change ends at once, with what to do about it and
// without the password.
func TestSecurity(t *testing.T) {
	testkit.FakeOnly(t)
	pki := newPKI(t)
	other := newPKI(t)
	users := []kfake.Opt{
		kfake.EnableSASL(), kfake.Superuser("PLAIN", "ann", secret),
		kfake.Superuser("SCRAM-SHA-256", "ann", secret), kfake.Superuser("SCRAM-SHA-512", "ann", secret),
		kfake.User("PLAIN", "bob", secret), kfake.EnableACLs(),
	}
	secured := append([]kfake.Opt{kfake.TLS(pki.server)}, users...)
	plain := func(user, password string) stream.Config {
		return stream.Config{SASLMechanism: "plain", SASLUser: user, SASLPasswordFile: file(t, password)}
	}
	scram := func(mechanism, password string) stream.Config {
		return stream.Config{SASLMechanism: mechanism, SASLUser: "ann", SASLPasswordFile: file(t, password)}
	}
	withTLS := func(c stream.Config, ca string) stream.Config {
		c.TLS, c.TLSCA = true, ca
		return c
	}
	tests := []struct {
		name   string
		broker []kfake.Opt
		config stream.Config
		want   string // in the message of the fatal error; "" = it works
	}{
		{"plain", users, plain("ann", secret), ""},
		{"plain, password with a line end", users, plain("ann", secret+"\r\n"), ""},
		{"plain, password with a byte order mark", users, plain("ann", "\ufeff"+secret+"\n"), ""},
		{"scram-sha-256", users, scram("scram-sha-256", secret), ""},
		{"SCRAM-SHA-512, as Kafka spells it", users, scram("SCRAM-SHA-512", secret), ""},
		{"TLS", []kfake.Opt{kfake.TLS(pki.server)}, withTLS(stream.Config{}, pki.ca), ""},
		{"TLS with a certificate of ours", []kfake.Opt{kfake.TLS(pki.mutual)}, stream.Config{TLS: true, TLSCA: pki.ca, TLSCert: pki.cert, TLSKey: pki.key}, ""},
		{"TLS and scram-sha-512", secured, withTLS(scram("scram-sha-512", secret), pki.ca), ""},

		{"K22 plain, wrong password", users, plain("ann", "wrong "+secret), "--sasl-password-file"},
		{"K22 scram-sha-256, wrong password", users, scram("scram-sha-256", "wrong "+secret), "--sasl-password-file"},
		{"K22 scram-sha-512, wrong password", users, scram("scram-sha-512", "wrong "+secret), "--sasl-password-file"},
		{"K22 unknown user", users, plain("eve", secret), "authentication failed"},
		{"K22 SASL missing", users, stream.Config{}, "--sasl-mechanism"},
		{"K22 SASL missing, with TLS", secured, withTLS(stream.Config{}, pki.ca), "--sasl-mechanism"},
		{"K22 ACL denied", users, plain("bob", secret), `user "bob" may not`},
		{"K22 certificate of an unknown authority", []kfake.Opt{kfake.TLS(pki.server)}, withTLS(stream.Config{}, other.ca), "--tls-ca"},
		{"K22 certificate for another host", []kfake.Opt{kfake.TLS(pki.elsewhere)}, withTLS(stream.Config{}, pki.ca), "not 127.0.0.1"},
		{"K22 certificate of ours missing", []kfake.Opt{kfake.TLS(pki.mutual)}, withTLS(stream.Config{}, pki.ca), "--tls-cert"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, log := newLogged()
			tt.config.Brokers = fake(t, tt.broker...).ListenAddrs()
			topic, err := stream.Open(tt.config, log)
			if err != nil {
				t.Fatal(err)
			}
			defer topic.Close()
			ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
			defer cancel()
			err = topic.Retry(ctx, "create", func(ctx context.Context) error { return topic.Create(ctx, 1, 0) })
			if err == nil {
				w := topic.NewWriter()
				err = w.Write(ctx, messages(0, 3))
			}
			plain := strings.EqualFold(tt.config.SASLMechanism, "plain") && !tt.config.TLS
			if warned := strings.Contains(out.String(), "in the clear"); warned != plain {
				t.Errorf("a password in the clear is warned of: %t, want %t", warned, plain)
			}
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("error %v, want none", err)
			case tt.want != "" && (!cause.Final(err) || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v (fatal %t), want a fatal one with %q", err, cause.Final(err), tt.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) || strings.Contains(out.String(), secret) {
				t.Errorf("the password is told: %v\n%s", err, out)
			}
		})
	}
}

// K22: what Apache Kafka does when the two sides disagree about TLS, and kfake
// does not.
func TestTLSMismatchWithKafka(t *testing.T) {
	testkit.FakeOnly(t)
	for _, tt := range []struct {
		name   string
		answer []byte // to whatever comes, before the end of the connection
		tls    bool
		fatal  bool
		want   string
	}{
		{"K22 TLS wanted", []byte{0x15, 3, 3, 0, 2, 2, 0x46}, false, true, "add --tls"},
		{"K22 no TLS wanted, answer in the clear", []byte("HTTP/1.0 400 Bad Request\r\n"), true, true, "leave out --tls"},
		{"K22 no TLS wanted, hung up", nil, true, false, "does its port expect TLS"},
		{"hung up at once: perhaps a proxy, before the broker is up", nil, false, false, "does its port expect TLS, SASL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					c.Read(make([]byte, 1024))
					c.Write(tt.answer)
					c.Close()
				}
			}()
			out, log := newLogged()
			topic, err := stream.Open(stream.Config{Brokers: []string{l.Addr().String()}, TLS: tt.tls}, log)
			if err != nil {
				t.Fatal(err)
			}
			defer topic.Close()
			ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
			defer cancel()
			err = topic.Retry(ctx, "ask", func(ctx context.Context) error {
				if strings.Contains(out.String(), tt.want) {
					cancel() // what is not fatal is tried again for ever
				}
				_, err := topic.Ranges(ctx)
				return err
			})
			told := out.String()
			if tt.fatal {
				told = err.Error()
			}
			if cause.Final(err) != tt.fatal || !strings.Contains(told, tt.want) {
				t.Errorf("error %v, log %s; want fatal %t and %q", err, out, tt.fatal, tt.want)
			}
		})
	}
}

// K18
func TestTooLargeMessageIsFatalAndRequestsShrink(t *testing.T) {
	testkit.FakeOnly(t)
	broker := fake(t, kfake.BrokerConfigs(map[string]string{"message.max.bytes": "50000"}))
	topic := openOn(t, broker.ListenAddrs(), nil)
	create(t, topic, 1)
	requests := 0
	broker.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		broker.KeepControl()
		requests++
		return nil, nil, false
	})
	w := topic.NewWriter()
	sent := messages(0, 1000)
	if err := w.Write(t.Context(), sent); err != nil {
		t.Errorf("request larger than the broker takes: %v, want it cut", err)
	}
	checkNoHole(t, topic, sent, 1)
	if requests > 40 {
		t.Errorf("%d requests for 450 kB by 25 to 50 kB", requests)
	}
	sent[3].Value = make([]byte, 60000)
	if err := w.Write(t.Context(), sent[:10]); !cause.Final(err) || !strings.Contains(err.Error(), "max.message.bytes") {
		t.Errorf("message larger than the broker takes: %v, want a fatal error", err)
	}
}

func TestConfigNamesAllThatIsWrong(t *testing.T) {
	password := file(t, secret)
	for _, tt := range []struct {
		name   string
		config stream.Config
		want   []string // "" = nothing is wrong
	}{
		{"the zero value", stream.Config{}, nil},
		{"brokers and topic", stream.Config{Brokers: []string{"kafka", "a:1"}, Topic: "no/slash"}, []string{`--brokers "kafka"`, "--topic"}},
		{"TLS files without TLS", stream.Config{TLSCA: "ca.pem", TLSCert: "c.pem"}, []string{"need --tls", "go together"}},
		{"unknown mechanism", stream.Config{SASLMechanism: "gssapi", SASLUser: "u", SASLPasswordFile: password}, []string{"SCRAM-SHA-512"}},
		{"password without mechanism", stream.Config{SASLPasswordFile: password}, []string{"--sasl-mechanism"}},
		{"mechanism without user", stream.Config{SASLMechanism: "plain", SASLPasswordFile: password}, []string{"--sasl-user"}},
		{"no password file", stream.Config{SASLMechanism: "plain", SASLUser: "u", SASLPasswordFile: "nowhere"}, []string{"--sasl-password-file"}},
		{"empty password file", stream.Config{SASLMechanism: "plain", SASLUser: "u", SASLPasswordFile: file(t, "\n")}, []string{"is empty"}},
		{"forbidden character", stream.Config{SASLMechanism: "scram-sha-256", SASLUser: "u", SASLPasswordFile: file(t, "\x00\x01")}, []string{"SASLprep"}},
		{"no CA", stream.Config{TLS: true, TLSCA: password}, []string{"PEM"}},
		{"no key", stream.Config{TLS: true, TLSCert: password, TLSKey: password}, []string{"--tls-key"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, log := newLogged()
			topic, err := stream.Open(tt.config, log)
			if err == nil {
				topic.Close()
			}
			if tt.want == nil && err != nil || tt.want != nil && !usage.Is(err) {
				t.Fatalf("Open = %v, want a usage error with %q", err, tt.want)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), secret) {
					t.Errorf("Open = %v, want %q in it", err, want)
				}
			}
		})
	}
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// pki is an authority, a broker's certificate, and one of ours.
type pki struct {
	ca, cert, key             string // files
	server, mutual, elsewhere *tls.Config
}

func newPKI(t *testing.T) *pki {
	t.Helper()
	caKey, caCert, caDER := issue(t, nil, nil, "authority")
	pool := x509.NewCertPool()
	pool.AddCert(caCert)
	p := &pki{ca: file(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})))}
	pair := func(host string) tls.Certificate {
		key, _, der := issue(t, caKey, caCert, host)
		return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	p.server = &tls.Config{Certificates: []tls.Certificate{pair("127.0.0.1")}}
	p.elsewhere = &tls.Config{Certificates: []tls.Certificate{pair("10.0.0.1")}}
	p.mutual = p.server.Clone()
	p.mutual.ClientAuth, p.mutual.ClientCAs = tls.RequireAndVerifyClientCert, pool
	key, _, der := issue(t, caKey, caCert, "client")
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p.cert = file(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	p.key = file(t, string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})))
	return p
}

// issue makes a key and a certificate for it, signed by itself without an
// authority.
func issue(t *testing.T, caKey *ecdsa.PrivateKey, ca *x509.Certificate, name string) (*ecdsa.PrivateKey, *x509.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: ca == nil, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if ip := net.ParseIP(name); ip != nil {
		c.IPAddresses = []net.IP{ip}
	}
	if ca == nil {
		ca, caKey = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, ca, &key.PublicKey, caKey)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, parsed, der
}
