// Package input is a wing of the house: what makes a prepared file before a row
// sets out. mapping (somebody else's fields to our columns), prepare (a city's
// raw file to a prepared one), generate (an invented city).
package input
