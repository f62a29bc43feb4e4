package cli

import "runtime/debug"

// version is stamped at build time: -ldflags "-X hotspot/internal/platform/cli.version=v1.2.3".
var version string

// Version is the stamped version, else that which the Go tool recorded, with the
// commit, else "(devel)".
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "" {
		return info.Main.Version
	}
	return version
}
