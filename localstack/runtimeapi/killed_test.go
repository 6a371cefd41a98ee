package runtimeapi_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
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
	fmt.Println(strings.Trim(string(payload), `{"pid":}`))
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
	line, readErr := bufio.NewReader(stdout).ReadString('\n')
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("the host said %q: %v, %v", line, readErr, err)
	}
	handle, err := unix.PidfdOpen(pid, 0)
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
		t.Errorf("process %d still runs: %d, %v", pid, n, err)
	}
}
