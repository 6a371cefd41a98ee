package functions_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/pat"
)

func TestEachOperationHasItsFolder(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var folders, ops []string
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	for _, op := range pat.Ops() {
		ops = append(ops, string(op))
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(ops)), folders); diff != "" {
		t.Errorf("-pat.Ops +folders:\n%s", diff)
	}
}

var wholeMain = regexp.MustCompile(`^(// [^\n]+\n)+package main

import \(
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
\)

func main\(\) \{ lambdahost\.Serve\(pat\.Op(\w+)\) \}
$`)

func TestAFunctionIsOneLineOfMeaning(t *testing.T) {
	for _, op := range pat.Ops() {
		main, err := os.ReadFile(string(op) + "/main.go")
		if err != nil {
			t.Error(err)
			continue
		}
		m := wholeMain.FindSubmatch(main)
		if m == nil {
			t.Errorf("%s: its main.go does more than one thing: that belongs into another room", op)
		} else if name := string(m[2]) + "Function"; name != logicalID(op) {
			t.Errorf("%s serves Op%s", op, m[2])
		}
	}
}
