package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"latchkey/localstack/dynamolocal"
	"latchkey/shared/behaviour"
	"latchkey/shared/contract"
)

func TestTheProcessBehavesAsTheScriptsSay(t *testing.T) { behaviour.Scripts(t, processDoor) }

func TestTheProcessRefusesBadInput(t *testing.T) { behaviour.BadInput(t, processDoor(t)) }

func TestTheProcessServesDockerHubsClients(t *testing.T) { behaviour.DockerHub(t, processDoor(t)) }

func TestTheProcessServesHOPRdsClients(t *testing.T) { behaviour.HOPRd(t, processDoor(t)) }

func TestTheProcessKeepsHOPRdsContract(t *testing.T) { contract.HOPRd(t, processDoor(t)) }

func TestTheProcessOnATableKeepsHOPRdsContract(t *testing.T) { contract.HOPRd(t, tableDoor(t)) }

func TestTheProcessKeepsDockerHubsContract(t *testing.T) { contract.DockerHub(t, processDoor(t)) }

func TestTheProcessServesAuthlancesClient(t *testing.T) { behaviour.Authlance(t, processDoor(t)) }

func TestTheProcessKeepsAuthlancesContract(t *testing.T) { contract.Authlance(t, processDoor(t)) }

func TestTheProcessOnATableKeepsAuthlancesContract(t *testing.T) {
	contract.Authlance(t, tableDoor(t))
}

func TestTheProcessOnATableKeepsDockerHubsContract(t *testing.T) {
	contract.DockerHub(t, tableDoor(t))
}

func TestTheProcessServesQuaysClients(t *testing.T) { behaviour.Quay(t, processDoor(t)) }

func TestTheProcessKeepsQuaysContract(t *testing.T) { contract.Quay(t, processDoor(t)) }

func TestTheProcessOnATableKeepsQuaysContract(t *testing.T) { contract.Quay(t, tableDoor(t)) }

func TestTheProcessOnATableBehavesAsTheScriptsSay(t *testing.T) { behaviour.Scripts(t, tableDoor) }

func TestTheProcessOnATableRefusesBadInput(t *testing.T) { behaviour.BadInput(t, tableDoor(t)) }

// processDoor is the server on a file of its own.
func processDoor(t *testing.T) behaviour.Door {
	t.Helper()
	return openDoor(t, "one process", "LATCHKEY_STORE=bolt:"+filepath.Join(t.TempDir(), "latchkey.db"))
}

// tableDoor is the server on a table of its own.
func tableDoor(t *testing.T) behaviour.Door {
	t.Helper()
	db := dynamolocal.Start(t)
	return openDoor(t, "one process on a table", append(dynamolocal.Environ(db.Endpoint), "LATCHKEY_STORE=dynamodb://"+db.Table(t))...)
}

// openDoor starts the program's server with settings. It must also stop well.
func openDoor(t *testing.T, name string, settings ...string) behaviour.Door {
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
		"LATCHKEY_ADMIN_PASSWORD=" + password,
		"LATCHKEY_POLICY=" + behaviour.Policy,
		"LATCHKEY_HOPRD_SUPERUSER=" + behaviour.Superuser,
		"GORACE=atexit_sleep_ms=0",
	}
	s.cmd.Env = append(s.cmd.Env, settings...)
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
	return behaviour.Door{Name: name, BaseURL: url, AdminPassword: password, Superuser: behaviour.Superuser, Log: log.String}
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
