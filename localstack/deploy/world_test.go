package deploy

import (
	"testing"

	"latchkey/localstack/cloud"
)

// nowhere is a LocalStack that does not run.
func nowhere(t *testing.T) *cloud.Cloud {
	t.Helper()
	c, err := cloud.At("http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
