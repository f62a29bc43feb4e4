package cause

import (
	"errors"
	"net"
	"slices"
	"strings"
	"syscall"
)

// Why a broker is not reached.
var (
	BrokerRefused = passing("broker-refused", "nothing listens at {address}: connection refused",
		"start the broker there, or mend --brokers")
	BrokerNotStarted = passing("broker-not-started", "nothing listens at {address} on this machine: connection refused",
		"start one: hotspot broker --broker-listen {address}, or everything at once: hotspot up; or mend --brokers")
	BrokerName = passing("broker-name", "the name {host} is not known here",
		"mend --brokers, or make the name known (DNS, hosts file)")
	BrokerAdvertised = passing("broker-advertised", "a broker at {asked} sends its clients to {address}, which nobody asked for here (advertised listener) and which cannot be reached from here: {reason}",
		"set advertised.listeners of the broker to an address that works from here, such as {asked}, or make {address} one (hosts file, port mapping)")
	BrokerSilent = passing("broker-silent", "{address} cannot be reached: {reason}",
		"check that the broker runs and no firewall is between (nc -vz {host} {port}; on Windows Test-NetConnection {host} -Port {port})")
)

// What a broker does not answer or not take, and why it hangs up.
var (
	BrokerHangs = passing("broker-hangs", "a broker takes the connection and does not answer in time: {error}",
		"see whether it is a Kafka broker, and its load and its log")
	HungUp = passing("hung-up", "the broker hung up (does it expect TLS or SASL on this port?): {error}",
		"nothing, if it is starting; else try --tls or --sasl-mechanism, or its port without them")
	HungUpOnTLS = passing("hung-up-on-tls", "the broker hung up (does it speak TLS on this port?): {error}",
		"nothing, if it is starting; else leave out --tls, or use its TLS port")
	NoTLS          = final("no-tls", "TLS: the broker does not speak TLS on this port", "leave out --tls, or use its TLS port")
	TLSExpected    = final("tls-expected", "TLS: the broker expects TLS on this port", "add --tls")
	TLSAuthority   = final("tls-authority", "TLS: the broker's certificate is signed by an unknown authority", "name it by --tls-ca")
	TLSHost        = final("tls-host", "TLS: the broker's certificate is for another host: {error}", "use a name of the certificate in --brokers, or have the broker get another certificate")
	TLSCertificate = final("tls-certificate", "TLS: the broker's certificate cannot be used: {error}", "have the broker get another certificate")
	TLSHandshake   = final("tls-handshake", "TLS: the broker refuses the handshake", "it may ask for --tls-cert and --tls-key")

	SASLExpected = final("sasl-expected", "authentication: the broker hung up after its first answer, as a broker that expects SASL does",
		"try --sasl-mechanism, or the port without SASL")
	SASLRefused   = final("sasl-refused", "authentication failed: the broker refuses {user} with {mechanism}", "check --sasl-user and --sasl-password-file")
	SASLPassword  = final("sasl-password", "authentication failed: the broker's answer to --sasl-mechanism does not fit the password", "check --sasl-user and --sasl-password-file")
	SASLMechanism = final("sasl-mechanism", "authentication: the broker does not offer {mechanism}", "try another --sasl-mechanism")
	SASLNotWanted = final("sasl-not-wanted", "authentication: the broker expects no SASL on this port", "leave out --sasl-mechanism, or use the port with SASL")

	TopicForbidden   = final("topic-forbidden", "not authorized: {user} may not use topic {topic} (error 29)", "give it an ACL for Describe and Read, and for the producer Create and Write")
	GroupForbidden   = final("group-forbidden", "not authorized: {user} may not use this consumer group (error 30)", "give it an ACL for Read")
	ClusterForbidden = final("cluster-forbidden", "not authorized: {user} may not do this with the cluster (error {code})", "give it an ACL for Create of topic {topic}")

	MessageTooLarge = final("message-too-large", "message too large: the broker refuses a message of topic {topic} (error {code})", "raise the topic's max.message.bytes")
	RequestRefused  = final("request-refused", "the broker refuses it: {error}", "do what the answer says")
	NotOurs         = final("not-ours", "the topic holds what no producer of ours wrote: {reason}", "use another topic (--topic), or begin anew (--fresh)")
)

// Reach says why a connection to address failed with err. asked are the addresses
// that the person gave; only a broker can have named another one.
func Reach(err error, address string, asked []string) *Error {
	host, port, _ := net.SplitHostPort(address)
	reason := err
	var op *net.OpError
	if errors.As(err, &op) {
		reason = op.Err
	}
	var dns *net.DNSError
	refused := errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.Errno(10061)) // WSAECONNREFUSED
	c := BrokerSilent
	switch {
	case !slices.ContainsFunc(asked, func(a string) bool { return strings.EqualFold(a, address) }):
		c = BrokerAdvertised
	case errors.As(err, &dns):
		c = BrokerName
	case refused && host == "127.0.0.1":
		c = BrokerNotStarted
	case refused:
		c = BrokerRefused
	}
	return c.Of(err, "address", address, "host", host, "port", port, "reason", reason, "asked", strings.Join(asked, ","))
}
