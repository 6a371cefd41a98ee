package native_test

import (
	"fmt"
	"strings"
	"time"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"latchkey/shared/pat"
)

// limits makes tokens until there are as many as one may have, and asks for more until that is too often.
func (w *walk) limits() {
	w.until(409, `{"name":"one more","scopes":["repo:read"]}`)
	w.until(429, `{"name":" ","scopes":["repo:read"]}`)
	w.now = w.now.Add(time.Minute)
}

func (w *walk) until(status int, body string) {
	w.t.Helper()
	for range 50 {
		if w.serve(newRequest(w.admin, "POST /v1/tokens", body, nil)).StatusCode == status {
			break
		}
	}
	w.ask(status, w.admin, "POST /v1/tokens", body)
}

// refusals gives every operation what every operation of its kind refuses in the same way.
func (w *walk) refusals() {
	narrow := w.session("admin", "repo:read")
	exchanged := w.sessionFrom(pat.ID(w.id), "alice", "tokens:write")
	requests := w.sound()
	for route, op := range w.operations() {
		r, ok := requests[op.OperationId]
		if !ok {
			w.t.Errorf("%s has no sound request here", op.OperationId)
			continue
		}
		secured := op.Security == nil || len(op.Security) > 0
		if secured {
			w.ask(400, r.as+", twice", r.route, r.body)
			w.ask(401, "", r.route, r.body)
			w.ask(401, "Bearer nonsense", r.route, r.body)
			w.ask(403, exchanged, r.route, r.body)
		}
		if scope := required(op); scope != "" {
			refused := w.ask(403, narrow, r.route, r.body)
			if want := fmt.Sprintf(`error="insufficient_scope", scope=%q`, scope); !strings.HasSuffix(refused.header.Get("WWW-Authenticate"), want) {
				w.t.Errorf("%s needs %s, and says %v", route, scope, refused.header)
			}
		}
		if op.Responses.Codes.Value("422") != nil {
			w.ask(400, r.as, r.route+"?%zz", r.body)
			w.ask(422, r.as, r.route+"?unheard=of", r.body)
		} else { // what watches the service may have habits
			w.ask(200, r.as, r.route+"?unheard=of", r.body)
		}
		if op.RequestBody != nil {
			w.ask(400, r.as, r.route, "{")
			w.ask(413, r.as, r.route, strings.Repeat(" ", 64<<10)+r.body)
			w.ask(415, r.as, r.route, r.body, "Content-Type", "text/plain")
			w.ask(415, r.as, r.route, r.body, "Content-Type", "application/json; charset=utf-16")
			w.ask(415, r.as, r.route, r.body, "Content-Encoding", "gzip")
			w.ask(422, r.as, r.route, `{"unheard":"of"}`)
		}
		if op.Responses.Codes.Value("500") != nil {
			w.askOf(w.broken, 500, r.as, r.route, r.body)
		}
	}
	if err := w.store.Close(); err != nil {
		w.t.Fatal(err)
	}
	for _, op := range w.operations() {
		if r := requests[op.OperationId]; op.Responses.Codes.Value("503") != nil {
			w.ask(503, r.as, r.route, r.body)
		}
	}
}

// required returns the management scope that an operation's security names.
func required(op *v3.Operation) string {
	for _, requirement := range op.Security {
		for scopes := range requirement.Requirements.ValuesFromOldest() {
			if len(scopes) > 0 {
				return scopes[0]
			}
		}
	}
	return ""
}

type request struct{ as, route, body string }

// sound returns a request for each operation that nothing is wrong with.
func (w *walk) sound() map[string]request {
	token := "Bearer " + w.token
	return map[string]request{
		"createSession":  {"", "POST /v1/sessions", `{"username":"alice","password":"` + alicePassword + `"}`},
		"deleteSessions": {w.alice, "DELETE /v1/sessions", ""},
		"createToken":    {w.alice, "POST /v1/tokens", `{"name":"sound","scopes":["repo:read"]}`},
		"listTokens":     {w.alice, "GET /v1/tokens", ""},
		"getToken":       {w.alice, "GET /v1/tokens/" + w.id, ""},
		"updateToken":    {w.alice, "PATCH /v1/tokens/" + w.id, `{"name":"sound"}`},
		"revokeToken":    {w.alice, "DELETE /v1/tokens/" + w.id, ""},
		"verifyToken":    {"", "POST /v1/tokens/verify", `{"token":"` + w.token + `"}`},
		"authorize":      {token, "GET /v1/auth?scope=repo:read", ""},
		"getSelf":        {token, "GET /v1/self", ""},
		"revokeSelf":     {token, "DELETE /v1/self", ""},
		"createUser":     {w.admin, "POST /v1/users", `{"username":"carol","password":"` + alicePassword + `"}`},
		"listUsers":      {w.admin, "GET /v1/users", ""},
		"getUser":        {w.admin, "GET /v1/users/alice", ""},
		"updateUser":     {w.admin, "PATCH /v1/users/alice", `{"suspended":false}`},
		"deleteUser":     {w.admin, "DELETE /v1/users/alice", ""},
		"getHealth":      {"", "GET /healthz", ""},
		"getOpenAPI":     {"", "GET /openapi.json", ""},
	}
}
