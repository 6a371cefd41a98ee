package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"latchkey/shared/behaviour"
)

const adminPassword = "the administrator's own password"

// TestMain builds what the bootstrapping runs, so that it is never of other sources. One test runs at a time: failed log-ins are
// counted in each process of a function, and whoever asks one thing after another has one process alone.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "1"); err != nil {
		panic(err)
	}
	if said, err := exec.Command("make", "-C", "../..", "process").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "make process: %v\n%s", err, said)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestOnLocalStack deploys template.yaml and runs through the REST API what is said of every door, but for the bad requests
// and the contracts, which LocalStack is too slow for. It deploys a change while clients are at work. And it hears of all that: what
// happens by itself is tried one thing after another, and of whatever else was done to a token, nothing may be missing in the end.
func TestOnLocalStack(t *testing.T) {
	t.Setenv("LATCHKEY_KEEP_EVENTS", "1")
	d, err := open(t.Context(), settings{root: "../..", listen: "127.0.0.1:0", adminPassword: adminPassword,
		policy: behaviour.Policy, superuser: behaviour.Superuser})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	door := behaviour.Door{
		Name: "functions on LocalStack", BaseURL: d.front.URL, AdminPassword: adminPassword,
		Superuser: behaviour.Superuser, Log: d.cloud.Log,
		Differences: []behaviour.Difference{behaviour.MergedSlashes}, // of those that show where no bad request is sent
	}
	bus, dead := subscribe(t, d), deadLettersOf(t, d)
	soon := makeSoonDue(t, d)
	t.Run("a change is told once", func(t *testing.T) { isOnTheBus(t, d, bus) })
	t.Run("a use is not told", func(t *testing.T) { usesAreNotTold(t, d, bus) })
	t.Run("the end of a record is told", func(t *testing.T) { endsAreTold(t, d, bus) })
	t.Run("what can be told by nobody lies alone", func(t *testing.T) { poisonLiesAlone(t, d, bus, dead) })
	t.Run("a crash loses nothing", func(t *testing.T) { aCrashLosesNothing(t, d, bus) })
	t.Run("the functions behave as the scripts say", func(t *testing.T) {
		behaviour.Scripts(t, func(*testing.T) behaviour.Door { return door })
	})
	t.Run("the functions serve Docker Hub's clients", func(t *testing.T) { behaviour.DockerHub(t, door) })
	t.Run("the functions serve Quay's clients", func(t *testing.T) { behaviour.Quay(t, door) })
	t.Run("the functions serve Authlance's client", func(t *testing.T) { behaviour.Authlance(t, door) })
	t.Run("the functions serve HOPRd's clients", func(t *testing.T) { behaviour.HOPRd(t, door) })
	t.Run("a change that is deployed loses nothing", func(t *testing.T) { losesNothing(t, d, bus) })
	t.Run("the schedule announces tokens", func(t *testing.T) { soon.areAnnounced(t, bus) })
	t.Run("nothing is left untold", func(t *testing.T) { nothingIsLeftUntold(t, d, bus) })
	t.Run("nothing else was given up", func(t *testing.T) { dead.areNoMore(t) })
	t.Run("the examples of events are real", func(t *testing.T) {
		soon.areAnnounced(t, bus) // by the schedule's own event
		examplesAreReal(t, d)
	})
}
