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
// and the contracts, which LocalStack is too slow for. Then it deploys a change while clients are at work.
func TestOnLocalStack(t *testing.T) {
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
	t.Run("the functions behave as the scripts say", func(t *testing.T) {
		behaviour.Scripts(t, func(*testing.T) behaviour.Door { return door })
	})
	t.Run("the functions serve Docker Hub's clients", func(t *testing.T) { behaviour.DockerHub(t, door) })
	t.Run("the functions serve Quay's clients", func(t *testing.T) { behaviour.Quay(t, door) })
	t.Run("the functions serve Authlance's client", func(t *testing.T) { behaviour.Authlance(t, door) })
	t.Run("the functions serve HOPRd's clients", func(t *testing.T) { behaviour.HOPRd(t, door) })
	t.Run("a change that is deployed loses nothing", func(t *testing.T) { losesNothing(t, d) })
}
