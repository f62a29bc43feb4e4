// Package powercut cuts the power under the consumer, at every call that it
// makes to the file system, and looks at what a disk may have kept: all that
// was synced, and of the rest nothing, half or all, block by block. kill -9
// can never find a missing fsync; this does.
//
// The file system is that of pebble's own crash tests. It is in a module of
// its own, so that nobody who uses hotspot gets pebble for it.
package powercut
