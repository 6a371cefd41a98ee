package httpapi_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/httpapi"
)

func TestTheMostSpecificRouteIsTaken(t *testing.T) {
	keys := []struct{ method, path string }{
		{"", ""}, {"ANY", "/files/{rest+}"}, {"GET", "/files/{rest+}"}, {"GET", "/v1/tokens/{id}"}, {"ANY", "/v1/tokens/{id}"},
		{"GET", "/v1/tokens"}, {"POST", "/v1/tokens/verify"}, {"GET", "/v1/{kind}/mine"}, {"POST", "/v1/tokens/{id}/rotate"}, {"GET", "/slash/{proxy+}"},
	}
	s := &stand{}
	url := serve(t, s, func(o *httpapi.Options) {
		o.Routes = nil
		for _, key := range keys {
			o.Routes = append(o.Routes, httpapi.Route{Method: key.method, Path: key.path, Function: s})
		}
	})
	type parameters = map[string]string
	for _, tt := range []struct {
		method, path, key string
		parameters        parameters
	}{
		{"GET", "/v1/tokens", "GET /v1/tokens", nil},
		{"GET", "/v1/tokens?limit=1", "GET /v1/tokens", nil},
		{"POST", "/v1/tokens", "$default", nil},
		{"GET", "/v1/tokens/", "$default", nil},
		{"GET", "/V1/tokens", "$default", nil},
		{"GET", "/v1//tokens", "$default", nil},
		{"GET", "/v1/tokens/x", "GET /v1/tokens/{id}", parameters{"id": "x"}},
		{"GET", "/v1/tokens/a%20b", "GET /v1/tokens/{id}", parameters{"id": "a b"}},
		{"GET", "/v1/tokens/a%2Fb", "$default", nil},
		{"PATCH", "/v1/tokens/x", "ANY /v1/tokens/{id}", parameters{"id": "x"}},
		{"POST", "/v1/tokens/verify", "POST /v1/tokens/verify", nil},
		{"GET", "/v1/tokens/verify", "GET /v1/tokens/{id}", parameters{"id": "verify"}},
		{"GET", "/v1/tokens/mine", "GET /v1/tokens/{id}", parameters{"id": "mine"}},
		{"GET", "/v1/users/mine", "GET /v1/{kind}/mine", parameters{"kind": "users"}},
		{"POST", "/v1/tokens/x/rotate", "POST /v1/tokens/{id}/rotate", parameters{"id": "x"}},
		{"POST", "/v1/tokens//rotate", "$default", nil},
		{"GET", "/files/a/b/c", "GET /files/{rest+}", parameters{"rest": "a/b/c"}},
		{"PUT", "/files/a", "ANY /files/{rest+}", parameters{"rest": "a"}},
		{"GET", "/files", "$default", nil},
		{"GET", "/files/", "GET /files/{rest+}", parameters{"rest": ""}},
		{"GET", "/slash/", "GET /slash/{proxy+}", parameters{"proxy": ""}},
		{"GET", "/slash", "$default", nil},
		{"OPTIONS", "/v1/tokens", "$default", nil},
		{"HEAD", "/v1/tokens", "$default", nil},
	} {
		ask(t, url, request(tt.method, tt.path, ""))
		var event struct {
			RouteKey       string
			PathParameters parameters
		}
		if err := json.Unmarshal(s.event, &event); err != nil || event.RouteKey != tt.key {
			t.Errorf("%s %s: %q, want %q (%v)", tt.method, tt.path, event.RouteKey, tt.key, err)
		}
		if diff := cmp.Diff(tt.parameters, event.PathParameters); diff != "" {
			t.Errorf("%s %s: %s", tt.method, tt.path, diff)
		}
	}
}

func TestWithoutADefaultRouteTheGatewayRefuses(t *testing.T) {
	s := &stand{}
	url := serve(t, s, func(o *httpapi.Options) { o.Routes = []httpapi.Route{{Method: "GET", Path: "/there", Function: s}} })
	res, body := ask(t, url, get("/nowhere"))
	if res.StatusCode != 404 || body != `{"message":"Not Found"}` || res.Header.Get("Apigw-Requestid") == "" {
		t.Errorf("%d %v %s", res.StatusCode, res.Header, body)
	}
}
