package localstack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"go.uber.org/goleak"

	"latchkey/localstack"
	"latchkey/localstack/cfn"
)

// TestMain is also the functions' program: the host starts this test binary as every bootstrap.
func TestMain(m *testing.M) {
	if _, isFunction := os.LookupEnv("AWS_LAMBDA_RUNTIME_API"); isFunction {
		lambda.Start(echo)
		return
	}
	goleak.VerifyTestMain(m)
}

// told is what a function answers: who it is, what it has, and what it was sent.
type told struct {
	Function, Store, Endpoint, Extra, Version string
	PID                                       int
}

func echo(_ context.Context, event struct{ Version string }) (any, error) {
	fmt.Println("served by", os.Getenv("AWS_LAMBDA_FUNCTION_NAME"))
	body, err := json.Marshal(told{
		Function: os.Getenv("AWS_LAMBDA_FUNCTION_NAME"), Store: os.Getenv("LATCHKEY_STORE"), Endpoint: os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"),
		Extra: os.Getenv("EXTRA"), Version: event.Version, PID: os.Getpid(),
	})
	return map[string]any{"statusCode": 200, "body": string(body)}, err
}

// functions makes a folder in which every function is this test's program.
func functions(t testing.TB, ops ...string) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, op := range ops {
		if err := os.Mkdir(filepath.Join(dir, op), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(program, filepath.Join(dir, op, "bootstrap")); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func options(t testing.TB) localstack.Options {
	return localstack.Options{
		Template: "cfn/testdata/template.yaml", Functions: functions(t, "create", "fallback"),
		Values: cfn.Values{"Table": "desk", "PublicUrl": ""},
	}
}

func ask(t *testing.T, method, url string) (answer told) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &answer); err != nil || res.StatusCode != 200 {
		t.Fatalf("%s %s: %d %s (%v)", method, url, res.StatusCode, body, err)
	}
	return answer
}

func TestATemplateRuns(t *testing.T) {
	o := options(t)
	o.Env = map[string]map[string]string{"": {"EXTRA": "for all"}, "fallback": {"EXTRA": "its own"}}
	o.Values["Policy"] = "{}" // on which the template has a function that no route leads to
	o.Endpoints = localstack.By{"": "http://127.0.0.1:1", "create": "http://127.0.0.1:2"}
	s := localstack.Start(t, o)
	const name = "latchkey-"
	for _, tt := range []struct {
		method, path string
		want         told
	}{
		{"POST", "/v1/tokens", told{Function: name + "CreateFunction", Endpoint: "http://127.0.0.1:2", Extra: "for all", Version: "2.0"}},
		{"GET", "/v1/tokens/x", told{Function: name + "CreateFunction", Endpoint: "http://127.0.0.1:2", Extra: "for all", Version: "1.0"}},
		{"GET", "/v1/tokens", told{Function: name + "FallbackFunction", Endpoint: "http://127.0.0.1:1", Extra: "its own", Version: "2.0"}},
	} {
		got := ask(t, tt.method, s.BaseURL+tt.path)
		tt.want.Store, tt.want.PID = "dynamodb://desk", got.PID
		if got != tt.want {
			t.Errorf("%s %s: %+v, want %+v", tt.method, tt.path, got, tt.want)
		}
	}
	if log := s.Log(); !strings.Contains(log, "served by latchkey-CreateFunction\n") || !strings.Contains(log, "\nREPORT RequestId: ") {
		t.Errorf("the log is\n%s", log)
	}
	if s.Function("create").Started() != 1 || s.Function("unknown") != nil || s.Function("odd") != nil || len(s.Template.Functions) != 3 {
		t.Errorf("create was started %d times; the functions are %v", s.Function("create").Started(), s.Template.Functions)
	}
}

func TestThePayloadCanBeChosen(t *testing.T) {
	o := options(t)
	o.Payload = "1.0"
	s := localstack.Start(t, o)
	if got := ask(t, "POST", s.BaseURL+"/v1/tokens"); got.Version != "1.0" {
		t.Errorf("the event is of version %s", got.Version)
	}
}

func TestManyAtOnceAreServedByFew(t *testing.T) {
	o := options(t)
	o.Concurrency = map[string]int{"create": 3}
	s := localstack.Start(t, o)
	var (
		asking sync.WaitGroup
		mu     sync.Mutex
		pids   = map[int]int{}
	)
	for range 40 {
		asking.Go(func() {
			got := ask(t, "POST", s.BaseURL+"/v1/tokens")
			mu.Lock()
			defer mu.Unlock()
			pids[got.PID]++
		})
	}
	asking.Wait()
	if len(pids) > 3 || s.Function("create").Started() > 3 {
		t.Errorf("%v served, %d were started; want 3 at the most", slices.Sorted(maps.Keys(pids)), s.Function("create").Started())
	}
}

func TestWhatCannotRunIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*localstack.Options)
		want   string
	}{
		{"no template", func(o *localstack.Options) { o.Template = "nowhere.yaml" }, "nowhere.yaml"},
		{"no program", func(o *localstack.Options) { o.Functions = t.TempDir() }, "CreateFunction: there is no "},
		{"a table without a name", func(o *localstack.Options) { delete(o.Values, "Table") }, "CreateFunction: LATCHKEY_STORE is \"dynamodb://${Table}\": say in Values what ${Table} stands for"},
		{"an address that is none", func(o *localstack.Options) { o.Listen = "here" }, "here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := options(t)
			tt.change(&o)
			s, err := localstack.Launch(o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if err == nil {
				_ = s.Close()
			}
		})
	}
}

// BenchmarkRequest times the whole way: gateway, event, process, answer.
func BenchmarkRequest(b *testing.B) {
	s := localstack.Start(b, options(b))
	defer http.DefaultClient.CloseIdleConnections()
	for b.Loop() {
		res, err := http.Post(s.BaseURL+"/v1/tokens", "application/json", strings.NewReader("{}"))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}
