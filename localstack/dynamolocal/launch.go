// Package dynamolocal runs DynamoDB Local, Amazon's own stand-in for DynamoDB, for tests and for trying things
// out. It keeps everything in memory. Reads, conditions, transactions and streams are those of DynamoDB; it has no
// throttling, no transaction conflicts, no lag of an index and no deletion by TTL from a table that has indexes:
// localstack/faultproxy brings the first two.
//
// It needs Java and what `make tools` has fetched. Without them it fails and says so; nothing is skipped.
package dynamolocal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// DB is a DynamoDB Local that runs.
type DB struct {
	Endpoint string // its address, such as http://127.0.0.1:38641

	stdin io.Closer
	ended chan struct{}
}

const (
	// patience bounds the start; it takes two seconds on a calm machine.
	patience = time.Minute
	// ports bounds how often another port is tried, when somebody else was faster on one.
	ports = 5
)

// watched runs Java, and ends it when stdin ends, as that of a process does which is killed.
const watched = `exec 3<&0
"$@" </dev/null & java=$!
{ cat; kill "$java"; } <&3 >/dev/null 2>&1 &
wait "$java"`

// errPort is that somebody else has the port.
var errPort = errors.New("the port is taken")

// Launch starts DynamoDB Local and waits until it answers. It ends with Close, or with this process, however that
// ends.
func Launch(ctx context.Context) (*DB, error) {
	lib, err := library()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for range ports {
		db, portErr := launch(ctx, lib)
		if !errors.Is(portErr, errPort) {
			return db, portErr
		}
		err = portErr
	}
	return nil, fmt.Errorf("start DynamoDB Local: %w", err)
}

func launch(ctx context.Context, lib string) (*DB, error) {
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("start DynamoDB Local: %w", err)
	}
	cmd := exec.Command("sh", "-c", watched, "dynamolocal",
		"java", "-Dsqlite4java.library.path="+lib, "-cp", lib+"/*",
		"com.amazonaws.services.dynamodbv2.local.main.ServerRunner", "-port", strconv.Itoa(port), "-sharedDb", "-inMemory")
	cmd.Env = append(os.Environ(), "DDB_LOCAL_TELEMETRY=0") // else it reports to Amazon, and leaves a file where it runs
	var said bytes.Buffer
	cmd.Stderr = &said
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start DynamoDB Local: %w", err)
	}
	db := &DB{Endpoint: "http://127.0.0.1:" + strconv.Itoa(port), stdin: stdin, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // why it ended is in what it said
		close(db.ended)
	}()
	if err := db.answers(ctx); err != nil {
		db.Close()
		if bytes.Contains(said.Bytes(), []byte("Failed to bind")) {
			return nil, errPort
		}
		return nil, fmt.Errorf("start DynamoDB Local: %w; it said: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return db, nil
}

// freePort returns a port that is free at this moment; DynamoDB Local cannot look for one itself.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// answers waits until it does, or has ended.
func (db *DB) answers(ctx context.Context) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-db.ended:
			return errors.New("it ended at once (is there a Java 17?)")
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, db.Endpoint, nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil { // any answer will do
			return res.Body.Close()
		}
	}
}

// Close ends it and waits until it has ended. One that was not started here goes on.
func (db *DB) Close() {
	if db.stdin == nil {
		return
	}
	_ = db.stdin.Close()
	<-db.ended
}
