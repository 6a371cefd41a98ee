package dynamolocal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"latchkey/localstack/tools"
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
		dir, err := tools.Dir("dynamodb-local")
		if err != nil {
			return "", fmt.Errorf("%w: %s", err, cure)
		}
		lib = filepath.Join(dir, "lib")
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
