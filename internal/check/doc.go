// Package check is a wing of the house: tools that read again what is there and
// say what does not agree. verify (source, topic, batches and models),
// doctor (what is wrong with a set-up, and the next command).
package check
