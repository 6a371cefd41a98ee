package cloud_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"latchkey/localstack/cloud"
)

// TestMain is also a function's program: this test binary is deployed as a bootstrap. And it is a process that starts LocalStack
// and is killed.
func TestMain(m *testing.M) {
	if _, isFunction := os.LookupEnv("AWS_LAMBDA_RUNTIME_API"); isFunction {
		fmt.Println("it begins")
		lambda.Start(obey)
	}
	if _, isHost := os.LookupEnv("HOST"); isHost {
		host()
	}
	os.Exit(m.Run())
}

// obey does what it is told, good or bad.
func obey(_ context.Context, order string) (string, error) {
	switch order {
	case "exit":
		os.Exit(3)
	case "hang":
		select {}
	case "fail":
		return "", errors.New("it could not")
	}
	return fmt.Sprintf("%s by %d", order, os.Getpid()), nil
}

// TestAFunctionIsAProcess: it lives from event to event, and the next event has another one if it ended.
func TestAFunctionIsAProcess(t *testing.T) {
	c := cloud.Start(t)
	create(t, c)
	first, _ := invoke(t, c, "work")
	if again, _ := invoke(t, c, "work"); !strings.HasPrefix(again, `"work by `) || again != first {
		t.Errorf("%s, then %s", first, again)
	}
	for order, want := range map[string]string{"fail": "it could not", "exit": "exit status 3", "hang": "Task timed out after 1.00 seconds"} {
		if got, kind := invoke(t, c, order); kind == "" || !strings.Contains(got, want) {
			t.Errorf("%s: %s %s, want %q", order, kind, got, want)
		}
		if got, kind := invoke(t, c, "work"); kind != "" || !strings.HasPrefix(got, `"work by `) {
			t.Errorf("after %s: %s %s", order, kind, got)
		}
	}
	idle, _ := invoke(t, c, "work")
	kill(t, idle)
	if got, kind := invoke(t, c, "work"); kind != "" || got == idle {
		t.Errorf("after an end between two events: %s %s", kind, got)
	}
	if last, _ := invoke(t, c, "work"); last == first {
		t.Error("one process outlived its end")
	}
	if log := c.Log(); !strings.Contains(log, "it begins\n") {
		t.Errorf("the log has %q", log)
	}
	c.Close()
	if left := processes(c.Dir); left != "" {
		t.Errorf("left are %s", left)
	}
}

// kill ends the process that gave an answer.
func kill(t *testing.T, answer string) {
	t.Helper()
	var pid int
	if _, err := fmt.Sscanf(answer, `"work by %d"`, &pid); err != nil {
		t.Fatalf("%s: %v", answer, err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for syscall.Kill(pid, 0) == nil { // until its end has been noticed
		runtime.Gosched()
	}
}

// create deploys this test binary, as Lambda's own API has it, and waits until it may be used.
func create(t *testing.T, c *cloud.Cloud) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	archive := zip.NewWriter(&zipped)
	file, err := archive.Create("bootstrap")
	if err == nil {
		_, err = file.Write(binary)
	}
	if err := errors.Join(err, archive.Close()); err != nil {
		t.Fatal(err)
	}
	description, err := json.Marshal(map[string]any{"FunctionName": "obey", "Runtime": "provided.al2023", "Handler": "bootstrap", "Timeout": 1,
		"Role": "arn:aws:iam::000000000000:role/any", "Code": map[string]any{"ZipFile": zipped.Bytes()}})
	if err != nil {
		t.Fatal(err)
	}
	call(t, "POST", c.Endpoint+"/2015-03-31/functions", description, http.StatusCreated)
	for state := ""; state != "Active"; {
		said, _ := call(t, "GET", c.Endpoint+"/2015-03-31/functions/obey/configuration", nil, http.StatusOK)
		var function struct{ State, StateReason string }
		if err := json.Unmarshal([]byte(said), &function); err != nil {
			t.Fatal(err)
		}
		if state = function.State; state == "Failed" {
			t.Fatal(function.StateReason)
		}
	}
}

// invoke returns the answer, and the kind of error that it is, "" for none.
func invoke(t *testing.T, c *cloud.Cloud, order string) (answer, kind string) {
	t.Helper()
	answer, header := call(t, "POST", c.Endpoint+"/2015-03-31/functions/obey/invocations", []byte(`"`+order+`"`), http.StatusOK)
	return answer, header.Get("X-Amz-Function-Error")
}

func call(t *testing.T, method, address string, body []byte, status int) (string, http.Header) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		t.Fatalf("%s %s: %d, %v: %s", method, address, res.StatusCode, err, said)
	}
	return string(said), res.Header
}
