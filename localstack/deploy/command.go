package deploy

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"latchkey/localstack/tools"
)

// stage is that of samconfig.toml which is LocalStack's.
const stage = "local"

// sam is the SAM CLI, asking LocalStack in AWS's place.
func (s *Stack) sam(ctx context.Context, args ...string) (*exec.Cmd, error) {
	dir, err := tools.Dir("sam")
	if err != nil {
		return nil, err
	}
	program := filepath.Join(dir, "bin", "sam")
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("the SAM CLI is not installed: run `make tools` (%w)", err)
	}
	config, err := filepath.Abs(filepath.Join(s.root, "samconfig.toml"))
	if err != nil {
		return nil, err
	}
	return s.command(ctx, program, append(args, "--config-file", config, "--config-env", stage)...), nil
}

func (s *Stack) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = s.root, append(s.cloud.Environ(), "SAM_CLI_TELEMETRY=0", "SAM_CLI_POLL_DELAY=1")
	cmd.WaitDelay = 10 * time.Second // what it has started may hold its output open
	return cmd
}

// run runs a command, and returns what it said on stdout. One that fails has said why; what else it was told may be secret.
func run(cmd *exec.Cmd) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args[:2], " "), err, &stdout, &stderr)
	}
	return strings.TrimSpace(stdout.String()), nil
}
