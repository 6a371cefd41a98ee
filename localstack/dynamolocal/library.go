package dynamolocal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Library names the variable that says where DynamoDB Local lies, if it is not where `make tools` puts it.
const Library = "LATCHKEY_DYNAMODB_LOCAL"

const cure = "run `make tools`, which fetches it with Maven, or set " + Library + " to the directory of its jars"

// library returns the directory of DynamoDB Local's jars.
func library() (string, error) {
	if _, err := exec.LookPath("java"); err != nil {
		return "", errors.New("DynamoDB Local needs a Java 17 (such as Debian's openjdk-17-jre-headless), and there is no java on the path")
	}
	lib := os.Getenv(Library)
	if lib == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		lib = filepath.Join(root, ".tools", "dynamodb-local", "lib")
	}
	jars, err := filepath.Glob(filepath.Join(lib, "DynamoDBLocal-*.jar"))
	if err != nil {
		return "", err
	}
	if len(jars) == 0 {
		return "", fmt.Errorf("DynamoDB Local is not in %s: %s", lib, cure)
	}
	return filepath.EvalSymlinks(lib)
}

// moduleRoot walks up from the working directory, which for a test is its package's.
func moduleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s lies in no Go module: set %s to the directory of DynamoDB Local's jars", start, Library)
		}
	}
}
