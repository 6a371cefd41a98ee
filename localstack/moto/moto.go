// Package moto starts moto, which imitates AWS KMS, for tests. `make tools` installs it.
package moto

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"latchkey/localstack/tools"
)

// Credentials are the AWS access key and secret that moto, which takes any, is given.
const Credentials = "testing"

// patience bounds its start. It takes about two seconds on an idle machine.
const patience = time.Minute

// Server is a running moto.
type Server struct {
	URL string // where it answers: for AWS_ENDPOINT_URL_KMS
}

//go:embed server.py
var program string

// Start starts moto on a free port of this machine, empty, and ends it with the test. Where it is not installed the
// test fails.
func Start(t testing.TB) *Server {
	t.Helper()
	dir, err := tools.Dir("moto")
	if err != nil {
		t.Fatalf("moto: %v", err)
	}
	python := filepath.Join(dir, "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("moto is not installed: run `make tools` (%v)", err)
	}
	url, err := launch(t, exec.Command(python, "-c", program, "-H", "127.0.0.1", "-p", "0"))
	if err != nil {
		t.Fatalf("moto: %v", err)
	}
	return &Server{URL: url}
}

// launch starts the command, ends it with the test, and returns where it says that it answers.
func launch(t testing.TB, cmd *exec.Cmd) (string, error) {
	stdin, err := cmd.StdinPipe() // it ends when this does
	if err != nil {
		return "", err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	drained := make(chan struct{})
	t.Cleanup(func() {
		_ = stdin.Close()
		<-drained
		_ = cmd.Wait()
	})
	tooLate := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer tooLate.Stop()
	url, err := awaitURL(stderr)
	go func() {
		_, _ = io.Copy(io.Discard, stderr)
		close(drained)
	}()
	return url, err
}

var running = regexp.MustCompile(`Running on (http://127\.0\.0\.1:[0-9]+)\s`)

// awaitURL reads what a server says until it names its address. It listens by then.
func awaitURL(r io.Reader) (string, error) {
	var said bytes.Buffer
	chunk := make([]byte, 4096)
	for {
		n, err := r.Read(chunk)
		said.Write(chunk[:n])
		if found := running.FindSubmatch(said.Bytes()); found != nil {
			return string(found[1]), nil
		}
		if err != nil {
			return "", fmt.Errorf("it ended, or did not start within %s: %w\n%s", patience, err, &said)
		}
	}
}
