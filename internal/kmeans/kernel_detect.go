//go:build amd64 && !purego

package kmeans

import "golang.org/x/sys/cpu"

// hasVector says whether the assembly can be used.
var hasVector = cpu.X86.HasAVX2
