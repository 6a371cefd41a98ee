package main

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// crowd is how many changes one batch has when its function is killed: fewer than the template lets it have, with the owner's
// rows between them.
const crowd = 40

// aCrashLosesNothing kills the function on the stream in the midst of a batch, of which some events are on the bus then. Whether it
// was in the midst shows after: what was told before comes again.
func aCrashLosesNothing(t *testing.T, d *desk, e *ear) {
	const rounds = 5
	for range rounds {
		if again := crash(t, d, e); again > 0 {
			t.Logf("killed in the midst of %d changes: all are told, and %d came again", crowd, again)
			return
		}
	}
	t.Errorf("of %d kills none was in the midst of a batch", rounds)
}

// crash returns how many of the crowd's events came more than once.
func crash(t *testing.T, d *desk, e *ear) (again int) {
	c := newClient(t, d)
	e.await(t, "created", c.make("").ID) // so that there is a process, at rest
	send(t, d, syscall.SIGSTOP)          // what comes now waits, and then comes at once
	bait := c.make("")
	var all []made
	ids := map[string]bool{}
	for range crowd {
		m := c.make("")
		all, ids[m.ID] = append(all, m), true
	}
	send(t, d, syscall.SIGCONT)
	e.await(t, "created", bait.ID)
	e.await(t, "created", all[0].ID)
	send(t, d, syscall.SIGKILL)
	for _, m := range all {
		e.await(t, "created", m.ID)
	}
	e.await(t, "created", c.make("").ID) // behind all that came again
	for id, n := range e.times() {
		if subject, _, _ := strings.Cut(id, "-1-created"); ids[subject] && n > 1 {
			again++
		}
	}
	return again
}

// send sends a signal to each process of the function on the stream.
func send(t *testing.T, d *desk, s syscall.Signal) {
	t.Helper()
	found, err := exec.Command("pgrep", "-f", "^"+d.cloud.Dir+"/.*-CleanupFunction-").Output()
	if err != nil {
		t.Fatalf("the function has no process: %v", err)
	}
	for _, field := range strings.Fields(string(found)) {
		pid, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, s); err != nil {
			t.Fatal(err)
		}
	}
}
