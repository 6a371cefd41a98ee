package runtimeapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"go.uber.org/goleak"
)

// TestMain is also the functions' program: the host starts this test binary as a bootstrap. And it is a host that is
// killed.
func TestMain(m *testing.M) {
	if _, isFunction := os.LookupEnv("AWS_LAMBDA_RUNTIME_API"); isFunction {
		bootstrap()
		return
	}
	if _, isHost := os.LookupEnv("HOST"); isHost {
		host()
	}
	goleak.VerifyTestMain(m)
}

// order is the event: what the function is to do.
type order struct {
	Do  string `json:"do"`
	URL string `json:"url,omitempty"`
}

// bootstrap is a function that does what it is told, good or bad; START says how it begins.
func bootstrap() {
	fmt.Fprintln(os.Stderr, "it begins")
	switch os.Getenv("START") {
	case "exit":
		os.Exit(3)
	case "exit well":
		os.Exit(0)
	case "hang":
		select {}
	case "once": // fails only if nobody has failed before
		if file, err := os.OpenFile(os.Getenv("MARK"), os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			file.Close()
			os.Exit(3)
		}
	case "report":
		res, err := http.Post("http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/init/error", "application/json",
			strings.NewReader(`{"errorType":"Extension.NoTable","errorMessage":"no table"}`))
		if err != nil || res.StatusCode != http.StatusAccepted {
			panic(fmt.Sprint(err, res))
		}
		os.Exit(1)
	}
	lambda.Start(obey)
}

func obey(ctx context.Context, o order) (any, error) {
	switch o.Do {
	case "exit":
		os.Exit(7)
	case "exit well":
		os.Exit(0)
	case "kill":
		_ = exec.Command("kill", "-9", fmt.Sprint(os.Getpid())).Run()
	case "panic":
		panic("it went wrong")
	case "fail":
		return nil, errors.New("it cannot be done")
	case "hang":
		select {}
	case "fetch": // holds this environment until the test's server answers
		res, err := http.Get(o.URL)
		if err != nil {
			return nil, err
		}
		return os.Getpid(), res.Body.Close()
	case "huge":
		return strings.Repeat("a", 7<<20), nil
	case "environment":
		return os.Environ(), nil
	case "deadline":
		deadline, _ := ctx.Deadline()
		return deadline.UnixMilli(), nil
	case "arguments":
		return os.Args, nil
	case "say":
		fmt.Print("a line without an end")
	}
	return json.RawMessage(fmt.Sprintf(`{"pid":%d}`, os.Getpid())), nil
}
