package runtimeapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"latchkey/localstack/runtimeapi"
)

// host is this test binary as a host of its own: it runs a function, says that one's process, and waits to be killed.
func host() {
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	payload, err := runtimeapi.New(runtimeapi.Options{Name: "desk-verify", Program: program, Timeout: time.Minute}).
		Invoke(context.Background(), []byte(`{}`))
	if err != nil {
		panic(err)
	}
	fmt.Println(string(payload))
	select {}
}

func TestNoProgramOutlivesAHostThatIsKilled(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	killed := exec.Command(program)
	killed.Env = append(os.Environ(), "HOST=1")
	stdout, err := killed.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	var said process
	if err := json.NewDecoder(stdout).Decode(&said); err != nil {
		t.Fatal(err)
	}
	handle, err := unix.PidfdOpen(said.PID, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(handle)
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait() // it was killed
	ended := []unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}
	if n, err := unix.Poll(ended, 10_000); n != 1 || err != nil {
		t.Errorf("process %d still runs: %d, %v", said.PID, n, err)
	}
}

// A program is killed by whoever it asks for something, before it has an answer.
func TestAFunctionIsKilledInTheMidstOfItsWork(t *testing.T) {
	w := start(t, nil)
	before := do[process](t, w, order{Do: "nothing"})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.Kill() }))
	defer s.Close()
	if kind, message := refused(t, w, order{Do: "fetch", URL: s.URL}); kind != "Runtime.ExitError" {
		t.Errorf("%s, %q", kind, message)
	}
	gone(t, before.PID)
	if after := do[process](t, w, order{Do: "nothing"}); after == before || w.Started() != 2 {
		t.Errorf("process %v, then %v; %d started", before, after, w.Started())
	}
}
