package cloud_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"latchkey/localstack/cloud"
)

// host starts LocalStack, says where its folder is, and waits to be killed.
func host() {
	c, err := cloud.Launch(context.Background())
	if err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(c.Dir); err != nil {
		panic(err)
	}
	select {}
}

func TestNothingOutlivesAProcessThatIsKilled(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	killed := exec.Command(program)
	killed.Env = append(os.Environ(), "HOST=1", "TMPDIR="+t.TempDir())
	stdout, err := killed.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	if err := json.NewDecoder(stdout).Decode(&dir); err != nil {
		t.Fatal(err)
	}
	if processes(dir) == "" {
		t.Error("it does not run")
	}
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.Wait() // it was killed
	tick, tooLate := time.NewTicker(100*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for left := processes(dir); left != ""; left = processes(dir) {
		select {
		case <-tooLate:
			t.Fatalf("left are %s", left)
		case <-tick.C:
		}
	}
}

// processes are those that have a folder on their command line: LocalStack and its functions.
func processes(dir string) string {
	found, _ := exec.Command("pgrep", "-f", dir).Output() // it fails when there is none
	return string(found)
}
