package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env *environment) error {
	_, err := fmt.Fprintln(env.stdout, version())
	return written(err)
}

// version is what the build knows of itself: a release, or the commit that was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "latchkey (devel)"
	}
	return "latchkey " + info.Main.Version + " " + info.GoVersion
}
