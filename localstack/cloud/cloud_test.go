package cloud_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"latchkey/localstack/cloud"
)

func TestNothingIsLeftOfIt(t *testing.T) {
	c, err := cloud.Launch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(c.Endpoint, "http://127.0.0.1:") {
		t.Errorf("it listens at %s", c.Endpoint)
	}
	if res, err := http.Get(c.Endpoint + "/_localstack/health"); err != nil {
		t.Error(err)
	} else {
		res.Body.Close()
	}
	c.Close()
	if res, err := http.Get(c.Endpoint); err == nil {
		res.Body.Close()
		t.Error("it still answers")
	}
	if _, err := os.Stat(c.Dir); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
	if left := processes(c.Dir); left != "" {
		t.Errorf("left are %s", left)
	}
}

func TestOneThatRunsGoesOn(t *testing.T) {
	c, err := cloud.At("http://127.0.0.1:4566/")
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := os.Stat(c.Dir); c.Endpoint != "http://127.0.0.1:4566" || !os.IsNotExist(err) {
		t.Errorf("%s, and its folder: %v", c.Endpoint, err)
	}
}

// TestNobodyElseIsAsked: what a person has set for AWS itself must not reach who talks to LocalStack.
func TestNobodyElseIsAsked(t *testing.T) {
	for _, name := range []string{"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL_KMS"} {
		t.Setenv(name, "the person's own")
	}
	for _, pair := range (&cloud.Cloud{Endpoint: "http://127.0.0.1:1"}).Environ() {
		if strings.Contains(pair, "the person's own") {
			t.Errorf("it has %s", pair)
		}
	}
}

// In a folder that is no module of ours there is no .tools.
func TestWhatIsMissingIsToldWithTheCure(t *testing.T) {
	elsewhere := t.TempDir()
	if err := os.WriteFile(elsewhere+"/go.mod", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(elsewhere)
	c, err := cloud.Launch(t.Context())
	if err == nil {
		c.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "run `make tools`") {
		t.Errorf("%v does not say what to do", err)
	}
}
