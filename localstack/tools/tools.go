// Package tools knows where `make tools` puts what the tests run beside Go.
package tools

import (
	"fmt"
	"os"
	"path/filepath"
)

// Dir returns the folder of a tool, whether it is installed or not: .tools/<name> under the module's root, which is found
// by walking up from the working directory; a test's is its package's.
func Dir(name string) (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, ".tools", name), nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s lies in no Go module, in which to look for %s", start, name)
		}
	}
}
