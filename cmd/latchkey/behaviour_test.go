package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"latchkey/shared/behaviour"
)

func TestTheProcessBehavesAsTheScriptsSay(t *testing.T) { behaviour.Scripts(t, processDoor) }

func TestTheProcessRefusesBadInput(t *testing.T) { behaviour.BadInput(t, processDoor(t)) }

func TestTheProcessServesDockerHubsClients(t *testing.T) { behaviour.DockerHub(t, processDoor(t)) }

// processDoor starts the program's server on a file of its own. It must also stop well.
func processDoor(t *testing.T) behaviour.Door {
	t.Helper()
	program, err := exec.LookPath("latchkey")
	if err != nil {
		t.Fatal(err)
	}
	const password = "the administrator's own password"
	var log serverLog
	s := &server{cmd: exec.Command(program, "serve")}
	s.cmd.Stderr = &log
	s.cmd.Env = []string{
		"LATCHKEY_LISTEN=127.0.0.1:0",
		"LATCHKEY_STORE=bolt:" + filepath.Join(t.TempDir(), "latchkey.db"),
		"LATCHKEY_ADMIN_PASSWORD=" + password,
		"LATCHKEY_POLICY=" + behaviour.Policy,
		"GORACE=atexit_sleep_ms=0",
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GOCOVERDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			s.cmd.Env = append(s.cmd.Env, name+"="+value)
		}
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd == nil {
			return
		}
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := s.wait(); err != nil {
			t.Errorf("the server did not stop well: %v\n%s", err, log.String())
		}
	})
	url, err := s.awaitReady(stdout)
	if err != nil {
		s.kill()
		t.Fatalf("%v\n%s", err, log.String())
	}
	return behaviour.Door{Name: "one process", BaseURL: url, AdminPassword: password, Log: log.String}
}

// serverLog keeps what a server logs while others read it.
type serverLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *serverLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *serverLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
