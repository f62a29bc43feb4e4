//go:build nobroker

package main

type withBroker struct{}

const begin = "This build has no embedded broker, and so no up, broker and chaos. It needs a Kafka for producer, consumer and api."
