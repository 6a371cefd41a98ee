package main

import "runtime/debug"

// version is what the build knows of itself: a release, or the commit that was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "latchkey (devel)"
	}
	return "latchkey " + info.Main.Version + " " + info.GoVersion
}
