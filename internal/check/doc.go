// Package check is a wing of the house: tools that look at what is there and
// say what does not agree. doctor (what is wrong with a set-up, and the next
// command), verify (source, topic, batches and models), chaos (breaks what runs
// here, so that verify can show that nothing was lost).
package check
