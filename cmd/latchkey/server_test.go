package main

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// server is a script's running server.
type server struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	drained        chan struct{} // closed when stdout has ended
}

// patience bounds what a healthy server does in a moment.
const patience = 30 * time.Second

// settings are the variables that a server is started with.
var settings = []string{"PATH", "HOME", "TMPDIR", "GOCOVERDIR", "GORACE", "LATCHKEY_LISTEN", "LATCHKEY_STORE", "LATCHKEY_ADMIN_PASSWORD", "LATCHKEY_POLICY",
	"LATCHKEY_SIGNING_KEY", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_KMS", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}

var readyLine = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)

func serve(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	if neg || len(args) > 0 || s.cmd != nil {
		ts.Fatalf("usage: serve, once at a time")
	}
	program, err := exec.LookPath("latchkey")
	ts.Check(err)
	s.cmd = exec.Command(program, "serve")
	s.cmd.Dir = ts.MkAbs(".")
	for _, name := range settings {
		if value := ts.Getenv(name); value != "" {
			s.cmd.Env = append(s.cmd.Env, name+"="+value)
		}
	}
	s.stdout.Reset()
	s.stderr.Reset()
	s.cmd.Stderr = &s.stderr
	stdout, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	url, err := s.awaitReady(stdout)
	if err != nil {
		s.kill()
		ts.Fatalf("%v\n%s%s", err, &s.stdout, &s.stderr)
	}
	ts.Setenv("LATCHKEY_URL", url)
	ts.Setenv("ADDRESS", strings.TrimPrefix(url, "http://"))
}

// awaitReady reads until the server says where it listens, and leaves somebody to read what it says later.
func (s *server) awaitReady(stdout io.Reader) (url string, err error) {
	s.drained = make(chan struct{})
	tooLate := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	defer tooLate.Stop()
	chunk := make([]byte, 4096)
	for url == "" {
		n, err := stdout.Read(chunk)
		s.stdout.Write(chunk[:n])
		url = readyLine.FindString(s.stdout.String())
		if err != nil {
			close(s.drained)
			return "", errors.New("the server did not say where it listens")
		}
	}
	go func() {
		_, _ = io.Copy(&s.stdout, stdout)
		close(s.drained)
	}()
	return url, nil
}

func shutdown(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	if neg || len(args) > 0 || s.cmd == nil {
		ts.Fatalf("usage: shutdown, of a server that runs")
	}
	ts.Check(s.cmd.Process.Signal(syscall.SIGTERM))
	err := s.wait()
	_, _ = ts.Stdout().Write(s.stdout.Bytes())
	_, _ = ts.Stderr().Write(s.stderr.Bytes())
	if err != nil {
		ts.Fatalf("the server did not stop well: %v", err)
	}
}

// wait returns how the server ended.
func (s *server) wait() error {
	tooLate := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	defer tooLate.Stop()
	<-s.drained
	err := s.cmd.Wait()
	s.cmd = nil
	return err
}

// kill ends whatever still runs when a script has ended.
func (s *server) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.wait()
	}
}
