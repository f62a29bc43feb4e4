package main

import (
	"testing"

	"github.com/alecthomas/kong"
)

// A flag that several commands have has one default.
func TestAFlagHasOneDefault(t *testing.T) {
	differs := map[string]bool{
		"input":  true, // the producer has to be told, the tools take the file that up makes
		"output": true, // a file, or standard output
		"order":  true, // of the rows in a topic, or in a file
	}
	first := map[string]string{}
	for _, command := range kong.Must(&commands{}).Model.Children {
		for _, flag := range command.Flags {
			if differs[flag.Name] {
				continue
			}
			if was, seen := first[flag.Name]; seen && was != flag.Default {
				t.Errorf("%s --%s: default %q, and %q before", command.Name, flag.Name, flag.Default, was)
			}
			first[flag.Name] = flag.Default
		}
	}
	if len(first) < 50 {
		t.Errorf("%d flags: too few to show anything", len(first))
	}
}
