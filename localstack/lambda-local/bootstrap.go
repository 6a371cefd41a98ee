package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"latchkey/localstack/runtimeapi"
)

// bootstrap makes the service keys and the administrator, as after a deployment, and returns the password that was
// drawn; "" if there was nothing to draw.
func bootstrap(ctx context.Context, s settings, endpoint string) (password string, err error) {
	cmd := exec.CommandContext(ctx, s.latchkey, "admin", "bootstrap", "--store", "dynamodb://"+s.table)
	cmd.Env = append(os.Environ(), "LATCHKEY_SIGNING_KEY=store", "LATCHKEY_SEALING_KEY=store", "AWS_ENDPOINT_URL_DYNAMODB="+endpoint, "AWS_REGION="+runtimeapi.Region,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s admin bootstrap: %w\n%s", s.latchkey, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSpace(stdout.String()), nil
}
