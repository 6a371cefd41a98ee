package deploy

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/cfn"
)

// TestADeploymentThatWentWellMustAnswer: LocalStack says of what it does not have that it is made.
func TestADeploymentThatWentWellMustAnswer(t *testing.T) {
	function := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", "1")
			w.WriteHeader(status)
		}
	}
	gateway := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	for name, c := range map[string]struct {
		api  http.HandlerFunc
		good bool
	}{
		"the function":                     {function(200), true},
		"the function, by a refusal":       {function(401), true},
		"the function, without its keys":   {function(503), false},
		"nobody":                           {gateway(404), false},
		"the gateway, without a route":     {gateway(403), false},
		"the gateway, for a dead function": {gateway(502), false},
		"the gateway, for anything at all": {gateway(200), false},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.api)
			defer server.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			s := &Stack{API: server.URL}
			err := s.awaitAnswer(ctx, cfn.Route{Method: "GET", Path: "/v1/tokens/{id}"})
			if (err == nil) != c.good {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEachFunctionIsAskedByItsFirstRoute(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		w.Header().Set("X-Request-Id", "1")
	}))
	defer server.Close()
	s := &Stack{API: server.URL, root: "../.."}
	if err := s.AwaitAnswers(t.Context()); err != nil {
		t.Fatal(err)
	}
	template, err := cfn.ReadFile("../../template.yaml", cfn.Values{"AWS::Partition": "aws", "AWS::AccountId": "000000000000"})
	if err != nil {
		t.Fatal(err)
	}
	routed := 0
	for _, f := range template.Functions {
		routed += min(1, len(f.Routes))
	}
	all := strings.Join(asked, "\n")
	if len(asked) != routed || strings.Contains(all, "{") || !strings.Contains(all, "GET /there/is/no/such/path") {
		t.Errorf("%d functions have routes, and asked were:\n%s", routed, all)
	}
}

func TestTheAddressIsThatOfARESTAPI(t *testing.T) {
	for in, want := range map[string]string{
		"https://abc.execute-api.us-east-1.amazonaws.com/local":         "http://127.0.0.1:1/_aws/execute-api/abc/local",
		"https://abc.execute-api.localhost.localstack.cloud:4566/local": "http://127.0.0.1:1/_aws/execute-api/abc/local",
		"https://abc.execute-api.us-east-1.amazonaws.com":               "", // an HTTP API's
		"https://unknown.amazonaws.com/local":                           "",
		"":                                                              "",
		"https://%zz":                                                   "",
	} {
		got, err := address("http://127.0.0.1:1", in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestACommandThatFailsHasSaidWhy(t *testing.T) {
	s := &Stack{root: t.TempDir(), cloud: nowhere(t)}
	if said, err := run(s.command(t.Context(), "sh", "-c", "echo yes; echo but >&2")); said != "yes" || err != nil {
		t.Errorf("%q, %v", said, err)
	}
	if _, err := run(s.command(t.Context(), "sh", "-c", "echo no; echo because >&2; exit 3")); err == nil || !strings.Contains(err.Error(), "exit status 3\nno\nbecause") {
		t.Error(err)
	}
}
