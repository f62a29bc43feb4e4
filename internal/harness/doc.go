// Package harness holds the tests that end the programs at the worst moments:
// at every named point, at random moments under a broker that misbehaves, at a
// full disk, for a simulated day. What each shows, the figures that it reaches
// and how it is run at length stand in docs/reliability.md.
//
// The broker lives in the test's process, so that its log survives; producer,
// consumer and api are this test binary, run again, so that kill -9 is a real
// one, and so that `go test -race` kills children built with the detector.
// Power cuts are in internal/powercut, a module of its own.
package harness
