//go:build nobroker

package main

type withBroker struct{}

const begin = "This build has no embedded broker (up, broker, chaos); it wants a Kafka: producer, consumer, api."
