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
	for _, op := range allOps() {
		ops = append(ops, string(op))
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(ops)), folders); diff != "" {
		t.Errorf("-the operations +folders:\n%s", diff)
	}
}

var wholeMain = regexp.MustCompile(`^(// [^\n]+\n)+package main

import \(
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
\)

func main\(\) \{ lambdahost\.Serve\(pat\.Op(\w+)\) \}
$`)

// ofTheStream is the main.go of the function that has no part of the service: what it tells, the table's stream says.
var ofTheStream = regexp.MustCompile(`^(// [^\n]+\n)+package main

import "latchkey/shared/streamhost"

func main\(\) \{ streamhost\.Serve\(\) \}
$`)

func TestAFunctionIsOneLineOfMeaning(t *testing.T) {
	for _, op := range allOps() {
		main, err := os.ReadFile(string(op) + "/main.go")
		if err != nil {
			t.Error(err)
			continue
		}
		if op == pat.OpCleanup {
			if !ofTheStream.Match(main) {
				t.Errorf("%s: its main.go does another thing than to serve the stream", op)
			}
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
