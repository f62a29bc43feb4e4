//go:build amd64 && !purego

package simd

import "golang.org/x/sys/cpu"

// hasAVX2 says whether the assembly can be used.
var hasAVX2 = cpu.X86.HasAVX2
