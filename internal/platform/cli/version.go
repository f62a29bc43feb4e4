package cli

import "runtime/debug"

// version is stamped at build time: -ldflags "-X hotspot/internal/platform/cli.version=v1.2.3".
var version string

// Version is the stamped version, else the commit that the Go tool recorded,
// else "devel".
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}
