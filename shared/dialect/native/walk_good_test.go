package native_test

import (
	"encoding/json"
	"strings"
	"time"

	"latchkey/shared/pat"
)

func (w *walk) tokens() {
	for _, body := range w.examples("createToken") {
		w.ask(201, w.alice, "POST /v1/tokens", body)
	}
	made := w.ask(201, w.alice, "POST /v1/tokens", `{"name":"walk","scopes":["tokens:write","repo:read"]}`, "Idempotency-Key", "one")
	again := w.ask(201, w.alice, "POST /v1/tokens", `{"name":"walk","scopes":["tokens:write","repo:read"]}`, "Idempotency-Key", "one")
	if again.text("token") != made.text("token") || again.header.Get("Idempotent-Replayed") != "true" || made.header.Get("Idempotent-Replayed") != "" {
		w.t.Errorf("a repeat with the key of %v was answered %v", made, again)
	}
	w.ask(422, w.alice, "POST /v1/tokens", `{"name":"another","scopes":["repo:read"]}`, "Idempotency-Key", "one")
	w.ask(403, w.alice, "POST /v1/tokens", `{"name":"too much","scopes":["admin:all"]}`)
	w.ask(404, w.alice, "POST /v1/tokens", `{"name":"elsewhere","scopes":["repo:read"],"groupId":"nobody"}`)
	w.token, w.id = made.text("token"), made.text("id")
	one := "/v1/tokens/" + w.id
	if made.header.Get("Location") != one || made.header.Get("ETag") != `"v1"` {
		w.t.Errorf("a new token came with %v", made.header)
	}

	page := w.ask(200, w.alice, "GET /v1/tokens?limit=1", "")
	w.ask(200, w.alice, "GET /v1/tokens?limit=1&cursor="+page.text("nextCursor"), "")
	w.ask(200, w.alice, "GET /v1/tokens?groupId=build&status=active", "")
	w.ask(200, w.admin, "GET /v1/tokens?owner=user%23alice&prefix="+made.text("prefix")[:6], "")
	w.ask(404, w.alice, "GET /v1/tokens?owner=user%23admin", "")

	for _, body := range w.examples("updateToken") {
		w.ask(200, w.alice, "PATCH "+one, body, "Content-Type", "application/merge-patch+json")
	}
	now := w.ask(200, w.alice, "PATCH "+one, `{"enabled":true,"allowedIps":null}`, "If-Match", `W/"v1", "v3"`)
	w.ask(200, w.alice, "GET "+one, "")
	w.ask(412, w.alice, "PATCH "+one, `{"name":"late"}`, "If-Match", `"v1"`)
	w.ask(412, w.alice, "DELETE "+one, "", "If-Match", `"v1"`)
	if now.header.Get("ETag") != `"v4"` {
		w.t.Errorf("after three changes it came with %v", now.header)
	}
	other := w.ask(201, w.alice, "POST /v1/tokens", `{"name":"other","scopes":["repo:read"]}`)
	ended := "/v1/tokens/" + other.text("id")
	w.ask(204, w.alice, "DELETE "+ended, "", "If-Match", "*")
	w.ask(409, w.alice, "PATCH "+ended, `{"name":"revoked"}`)
	for _, route := range []string{"GET ", "PATCH ", "DELETE "} {
		body := ""
		if route == "PATCH " {
			body = "{}"
		}
		w.ask(404, w.alice, route+"/v1/tokens/3e9c5156-960b-841e-bc00-5ee4f1ca37c9", body)
	}
	for _, body := range append(w.examples("verifyToken"), `{"token":"`+w.token+`","scopes":["repo:public_read"],"ip":"192.0.2.7"}`) {
		w.ask(200, "", "POST /v1/tokens/verify", body)
	}
}

// elsewhere meets tokens that another product's API has made: without a name, as it may.
func (w *walk) elsewhere() {
	res := w.serve(newRequest(w.alice, "POST /v2/api_tokens", "{}", nil))
	var made struct{ UUID, Token string }
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || res.StatusCode != 201 {
		w.t.Fatalf("made elsewhere: %d, %v", res.StatusCode, err)
	}
	one := "/v1/tokens/" + made.UUID
	w.ask(200, w.alice, "GET "+one, "")
	w.ask(200, w.alice, "GET /v1/tokens", "")
	w.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.Token+`"}`)
	w.ask(401, "Bearer "+made.Token, "GET /v1/self", "")
	w.ask(204, basic("alice", made.Token), "GET /v1/auth", "")
	for route, op := range w.operations() { // it goes through the gate, and manages nothing
		if r := w.sound()[op.OperationId]; op.OperationId != "authorize" && (op.Security == nil || len(op.Security) > 0) {
			w.ask(401, basic("alice", made.Token), r.route, r.body)
			w.ask(401, "Bearer "+made.Token, route, r.body)
		}
	}
	w.ask(204, w.alice, "DELETE "+one, "")
}

func (w *walk) self() {
	made := w.ask(201, w.alice, "POST /v1/tokens", `{"name":"self","scopes":["repo:read"]}`)
	bearer := "Bearer " + made.text("token")
	w.ask(200, bearer, "GET /v1/self", "")
	w.ask(200, basic("alice", made.text("token")), "GET /v1/self", "")
	w.ask(403, w.alice, "GET /v1/self", "")
	w.ask(403, w.alice, "DELETE /v1/self", "")
	w.ask(204, bearer, "DELETE /v1/self", "")
	w.ask(401, bearer, "GET /v1/self", "")
}

// gate asks who is calling.
func (w *walk) gate() {
	token, session := w.ask(204, "Bearer "+w.token, "GET /v1/auth?scope=repo:read", ""), w.ask(204, w.alice, "GET /v1/auth", "")
	if id := token.header.Get("X-Latchkey-Token-Id"); id != w.id || session.header.Get("X-Latchkey-Token-Id") != "" {
		w.t.Errorf("it is %v, and a session %v", token.header, session.header)
	}
	lacking := w.ask(403, "Bearer "+w.token, "GET /v1/auth?scope=repo:read&scope=repo:admin&scope=gist:read", "")
	if challenge := lacking.header.Get("WWW-Authenticate"); !strings.HasSuffix(challenge, `error="insufficient_scope", scope="repo:admin"`) {
		w.t.Errorf("it lacks %s", challenge)
	}
	w.ask(422, w.alice, "GET /v1/auth?scope=repo:read&scope=repo:read", "")
}

func (w *walk) users() {
	for _, body := range w.examples("createUser") {
		made := w.ask(201, w.admin, "POST /v1/users", body)
		if made.header.Get("Location") != "/v1/users/bob" {
			w.t.Errorf("a new user came with %v", made.header)
		}
		w.ask(409, w.admin, "POST /v1/users", body)
	}
	page := w.ask(200, w.admin, "GET /v1/users?limit=1", "")
	w.ask(200, w.admin, "GET /v1/users?cursor="+page.text("nextCursor"), "")
	w.ask(200, w.alice, "GET /v1/users/alice", "")
	w.ask(403, w.alice, "GET /v1/users/bob", "")
	w.ask(404, w.admin, "GET /v1/users/nobody", "")
	for _, body := range w.examples("updateUser") {
		w.ask(200, w.admin, "PATCH /v1/users/bob", body, "Content-Type", "application/merge-patch+json")
	}
	w.ask(403, w.alice, "PATCH /v1/users/bob", `{"admin":true}`)
	w.ask(404, w.admin, "PATCH /v1/users/nobody", `{"admin":true}`)
	w.ask(409, w.admin, "PATCH /v1/users/admin", `{"admin":false}`)
	w.ask(403, w.alice, "PATCH /v1/users/alice", `{"password":"another password","currentPassword":"wrong"}`)
	w.ask(429, w.alice, "PATCH /v1/users/alice", `{"password":"another password","currentPassword":"wrong"}`)
	w.now = w.now.Add(time.Minute)
	w.ask(404, w.admin, "DELETE /v1/users/nobody", "")
	w.ask(409, w.admin, "DELETE /v1/users/admin", "")
	w.ask(204, w.admin, "DELETE /v1/users/bob", "")
}

func (w *walk) sessions() {
	for _, body := range w.examples("createSession") {
		opened := w.ask(201, "", "POST /v1/sessions", body)
		w.ask(200, "Bearer "+opened.text("token"), "GET /v1/tokens", "")
	}
	w.ask(403, "", "POST /v1/sessions", `{"username":"alice","password":"`+alicePassword+`","scopes":["admin:all"]}`)
	w.ask(401, "", "POST /v1/sessions", `{"username":"alice","password":"wrong"}`)
	w.ask(429, "", "POST /v1/sessions", `{"username":"alice","password":"wrong"}`)
	w.now = w.now.Add(time.Minute)
	w.ask(403, "Bearer "+w.token, "DELETE /v1/sessions", "")
	w.ask(204, w.alice, "DELETE /v1/sessions", "")
	w.ask(401, w.alice, "GET /v1/tokens", "")
	w.alice = w.session("alice")
}

func (w *walk) service() {
	w.ask(200, "", "GET /healthz", "")
	if document := w.ask(200, "", "GET /openapi.json", ""); document.text("openapi") != w.Version {
		w.t.Errorf("the document is served as %.80v", document.body)
	}
	w.ask(404, "", "GET /v1/tokens/", "")
	for route, want := range map[string]int{"PUT /v1/tokens": 405, "OPTIONS /v1/tokens": 204} {
		if a := w.ask(want, "", route, ""); a.header.Get("Allow") != "GET, OPTIONS, POST" {
			w.t.Errorf("%s: answered with %v", route, a.header)
		}
	}
}

// verdicts brings a token into each state and asks for the verdict.
func (w *walk) verdicts() {
	w.user("dora")
	dora := w.session("dora")
	for _, c := range []struct {
		code, status string
		members, ask string // of the requests that make and that verify
		then         func(path string, made answer)
	}{
		{"VALID", "active", "", `,"ip":"192.0.2.7"`, nil},
		{"INSUFFICIENT_SCOPE", "active", "", `,"scopes":["repo:public_read","repo:write"]`, nil},
		{"IP_NOT_ALLOWED", "active", `,"allowedIps":["192.0.2.0/24"]`, `,"ip":"2001:db8::1"`, nil},
		{"NOT_YET_VALID", "not_yet_valid", `,"notBefore":"2026-08-01T00:00:00Z"`, "", nil},
		{"EXHAUSTED", "exhausted", `,"maxUses":3`, "", func(_ string, made answer) {
			w.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`","cost":3}`)
		}},
		{"DISABLED", "disabled", "", "", func(path string, _ answer) { w.ask(200, dora, "PATCH "+path, `{"enabled":false}`) }},
		{"REVOKED", "revoked", "", "", func(path string, _ answer) { w.ask(204, dora, "DELETE "+path, "") }},
		{"COMPROMISED", "compromised", "", "", func(_ string, made answer) { w.compromise(pat.Prefix(made.text("prefix"))) }},
		{"EXPIRED", "expired", `,"expiresIn":1`, "", func(string, answer) { w.now = w.now.Add(time.Second) }},
		{"SUSPENDED", "suspended", "", "", func(string, answer) { w.ask(200, w.admin, "PATCH /v1/users/dora", `{"suspended":true}`) }},
	} {
		made := w.ask(201, dora, "POST /v1/tokens", `{"name":"verdict","scopes":["repo:read"]`+c.members+`}`)
		path := "/v1/tokens/" + made.text("id")
		if c.then != nil {
			c.then(path, made)
		}
		verdict := w.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`"`+c.ask+`}`)
		if verdict.text("code") != c.code {
			w.t.Errorf("the verdict is %v, want %s", verdict.body, c.code)
		}
		if got := w.ask(200, w.admin, "GET "+path, ""); got.text("status") != c.status {
			w.t.Errorf("with the verdict %s the token is %v", c.code, got.body)
		}
	}
}

// compromise does in the store what no operation does yet.
func (w *walk) compromise(p pat.Prefix) {
	token, err := w.store.Token(w.t.Context(), p)
	if err == nil {
		token.Compromised = true
		err = w.store.UpdateToken(w.t.Context(), token, token.Version, pat.Standing{})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
