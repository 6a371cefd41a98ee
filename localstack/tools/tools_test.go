package tools_test

import (
	"os"
	"path/filepath"
	"testing"

	"latchkey/localstack/tools"
)

func TestAToolLiesUnderTheModulesRoot(t *testing.T) {
	root := t.TempDir()
	below := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(below)
	if dir, err := tools.Dir("moto"); err == nil {
		t.Errorf("without a module, it lies in %s", dir)
	}
	if err := os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(root, ".tools", "moto")
	if dir, err := tools.Dir("moto"); dir != want || err != nil {
		t.Errorf("got %s, %v, want %s", dir, err, want)
	}
}
