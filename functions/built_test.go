package functions_test

import (
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
)

// TestMain builds what the tests run, so that none of them judges what was built of other sources.
func TestMain(m *testing.M) {
	if said, err := exec.Command("make", "-C", "..", "functions", "process").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "make functions process: %v\n%s", err, said)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestAFunctionStandsByItself: it needs no library of the machine that it comes to, and tells nothing of the one that
// it comes from. What it does not need makes a cold start longer.
func TestAFunctionStandsByItself(t *testing.T) {
	for _, op := range allOps() {
		file := "../dist/local/" + string(op) + "/bootstrap"
		info, err := buildinfo.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if main := "latchkey/functions/" + string(op); info.Path != main {
			t.Errorf("%s is %s", file, info.Path)
		}
		settings := map[string]string{}
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
		for name, want := range map[string]string{"CGO_ENABLED": "0", "GOOS": "linux", "-tags": "lambda.norpc", "-trimpath": "true", "vcs.revision": ""} {
			if settings[name] != want {
				t.Errorf("%s: %s is %q, want %q", file, name, settings[name], want)
			}
		}
		isStaticAndStripped(t, file)
	}
}

func isStaticAndStripped(t *testing.T, file string) {
	t.Helper()
	program, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	for _, section := range []string{".symtab", ".debug_info", ".zdebug_info"} {
		if program.Section(section) != nil {
			t.Errorf("%s has the section %s", file, section)
		}
	}
	if slices.ContainsFunc(program.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Errorf("%s is linked at run time", file)
	}
}
