package main

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// crowd is how many changes are made around the function's end: several batches, or one.
const crowd = 40

// aCrashLosesNothing kills the function on the stream when some events of a batch are on the bus, and it has not heard that they
// are: nothing is noted, nothing is answered. Those come again, and all others too.
func aCrashLosesNothing(t *testing.T, d *desk, e *ear) {
	c := newClient(t, d)
	e.await(t, "created", c.make("").ID) // so that there is a process, at rest
	killed := processOf(t, d)
	if err := d.cloud.KillAtAPut(killed); err != nil {
		t.Fatal(err)
	}
	all, again := map[string]bool{}, 0
	for range crowd {
		all[c.make("").ID] = true
	}
	for id := range all {
		e.await(t, "created", id)
	}
	e.await(t, "created", c.make("").ID) // behind all that came again
	for id, times := range e.times() {
		if subject, created := strings.CutSuffix(id, "-1-created"); created && all[subject] && times > 1 {
			again++
		}
	}
	if again == 0 || processOf(t, d) == killed {
		t.Errorf("%d events came again, and process %d was to be killed: there is %d", again, killed, processOf(t, d))
	}
	t.Logf("killed in the midst of %d changes: all are told, and %d came again", crowd, again)
}

// processOf is that of the function on the stream.
func processOf(t *testing.T, d *desk) int {
	t.Helper()
	found, err := exec.Command("pgrep", "-f", "^"+d.cloud.Dir+"/.*-CleanupFunction-").Output()
	if err != nil {
		t.Fatalf("the function has no process: %v", err)
	}
	process, err := strconv.Atoi(strings.TrimSpace(string(found)))
	if err != nil {
		t.Fatal(err) // as there are several, too: one reads the stream
	}
	return process
}
