package native_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
)

// agree sends requests that are told apart by their form alone: the service and the document must take the
// good ones and refuse the bad ones.
func (g *ground) agree(authorization, route string, good, bad []string) {
	g.t.Helper()
	for _, body := range good {
		g.judge(true, authorization, route, body)
	}
	for _, body := range bad {
		g.judge(false, authorization, route, body)
	}
}

func (g *ground) judge(good bool, authorization, route, body string, headers ...string) {
	g.t.Helper()
	g.now = g.now.Add(time.Second) // so that nothing comes too often
	status := g.serve(newRequest(authorization, route, body, headers)).StatusCode
	if taken := status != 400 && status != 422; taken != good {
		g.t.Errorf("%s %.120s %q: answered %d, though its form is good: %v", route, body, headers, status, good)
	}
	if ok, errs := g.validator.ValidateHttpRequest(newRequest(authorization, route, body, headers)); ok != good {
		g.t.Errorf("%s %.120s %q: good in the document: %v; by its form: %v%s", route, body, headers, ok, good, list(errs))
	}
}

// bodies puts members after those that a good body has.
func bodies(start string, members ...string) []string {
	var out []string
	for _, m := range members {
		out = append(out, start+m+"}")
	}
	return out
}

// quoted returns n strings in a JSON array, the format filled with their index.
func quoted(n int, format string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(format, i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func TestTheDocumentAndTheServiceTakeTheSameTokens(t *testing.T) {
	g := newGround(t)
	x := strings.Repeat
	for _, c := range []struct {
		start     string
		good, bad []string
	}{
		{`{"scopes":["a:b"],"name":`,
			[]string{`"` + x("é", 100) + `"`, `" a "`},
			[]string{`""`, `" "`, `"\u00a0"`, `"\u200b"`, `"\t"`, `"a\nb"`, `"a\u202eb"`, `"a\u0085b"`, `"` + x("a", 101) + `"`, `null`, `7`}},
		{`{"name":"n","scopes":`,
			[]string{`["a:b","c/d*:e.f"]`, quoted(64, `"a:b%d"`), `["a:` + x("b", 126) + `"]`},
			[]string{`[]`, `["a:b","a:b"]`, `["A:b"]`, `["ab"]`, `[":b"]`, `[""]`, quoted(65, `"a:b%d"`), `["a:` + x("b", 127) + `"]`, `"a:b"`}},
		{`{"name":"n","scopes":["a:b"],"description":`,
			[]string{`""`, `"a\n\tb"`, `"` + x("é", 1000) + `"`},
			[]string{`"a\rb"`, `"a\u0000b"`, `"` + x("a", 1001) + `"`, `null`}},
		{`{"name":"n","scopes":["a:b"],"expiresAt":`,
			[]string{`"2026-12-31T23:59:59Z"`, `"2026-12-31T23:59:59.123456789+14:00"`},
			[]string{`"2026-12-31t23:59:59Z"`, `"2026-12-31T23:59:59,5Z"`, `"2026-12-31"`, `"2026-12-31T24:00:00Z"`, `"2026-12-31T23:59:59+24:00"`, `"2026-02-30T00:00:00Z"`,
				`"2026-12-31T23:59:59.1234567890Z"`, `7`, `"2026-12-31T23:59:59Z","expiresIn":60`, `null,"expiresInDays":1`}},
		{`{"name":"n","scopes":["a:b"],"expiresInDays":`, []string{`1`, `366`}, []string{`0`, `36601`, `1.5`, `"1"`, `null`, `1,"expiresIn":60`}},
		{`{"name":"n","scopes":["a:b"],"expiresIn":`, []string{`1`, `31622400`}, []string{`0`, `3162240001`}},
		{`{"name":"n","scopes":["a:b"],"notBefore":`, []string{`"1970-01-01T00:00:00Z"`}, []string{`"1969-12-31T23:59:59Z"`, `null`}},
		{`{"name":"n","scopes":["a:b"],"groupId":`,
			[]string{`"build"`, `"` + x("Z", 64) + `"`},
			[]string{`""`, `"a b"`, `"` + x("Z", 65) + `"`, `null`}},
		{`{"name":"n","scopes":["a:b"],"allowedIps":`,
			[]string{`[]`, `["192.0.2.7","192.0.2.0/24","::1","2001:DB8::/32"]`, quoted(32, `"192.0.2.%d"`)},
			[]string{`["host"]`, `["fe80::1%eth0"]`, `["192.0.2.0/024"]`, `[""]`, `null`, quoted(33, `"192.0.2.%d"`)}},
		{`{"name":"n","scopes":["a:b"],"maxUses":`, []string{`1`, `1000000000`}, []string{`0`, `-1`, `1000000001`, `null`}},
		{`{"name":"n","scopes":["a:b"]`, []string{``}, []string{`,"MaxUses":1`, `,"unheard":"of"`}},
	} {
		g.agree(g.alice, "POST /v1/tokens", bodies(c.start, c.good...), bodies(c.start, c.bad...))
	}
	g.agree(g.alice, "POST /v1/tokens", nil, []string{`{"name":"n"}`, `{"scopes":["a:b"]}`, `{}`, `[]`, `"n"`, `null`})
}

func TestTheDocumentAndTheServiceTakeTheSameChanges(t *testing.T) {
	g := newGround(t)
	made := g.ask(201, g.alice, "POST /v1/tokens", `{"name":"n","scopes":["a:b"],"expiresInDays":300}`)
	g.agree(g.alice, "PATCH /v1/tokens/"+made.text("id"), []string{
		`{}`, `{"name":"m"}`, `{"description":null}`, `{"description":"d"}`, `{"scopes":["c:d"]}`, `{"expiresAt":"2026-12-31T23:59:59Z"}`,
		`{"enabled":false}`, `{"enabled":true}`, `{"allowedIps":null}`, `{"allowedIps":[]}`, `{"allowedIps":["192.0.2.7"]}`,
	}, []string{
		`{"name":null}`, `{"name":""}`, `{"scopes":null}`, `{"scopes":[]}`, `{"expiresAt":"tomorrow"}`, `{"enabled":null}`, `{"enabled":"false"}`,
		`{"allowedIps":[null]}`, `{"notBefore":"2026-12-31T23:59:59Z"}`, `{"maxUses":1}`, `{"groupId":"build"}`, `[]`, `null`,
	})
}

func TestTheDocumentAndTheServiceTakeTheSameQuestions(t *testing.T) {
	g := newGround(t)
	token := `{"token":"pat_"`
	g.agree("", "POST /v1/tokens/verify",
		bodies(token, ``, `,"scopes":[]`, `,"scopes":`+quoted(64, `"a:b%d"`), `,"ip":"192.0.2.7"`, `,"ip":"2001:db8::1"`, `,"ip":"::ffff:192.0.2.7"`, `,"cost":0`, `,"cost":1000`),
		append(bodies(token, `,"scopes":["a:b","a:b"]`, `,"scopes":`+quoted(65, `"a:b%d"`), `,"scopes":null`, `,"ip":""`, `,"ip":"192.0.2.0/24"`, `,"ip":"fe80::1%eth0"`,
			`,"ip":"192.0.2"`, `,"ip":null`, `,"cost":-1`, `,"cost":1001`, `,"cost":0.5`, `,"cost":null`, `,"unheard":"of"`), `{}`, `{"token":""}`, `{"token":null}`, `[]`))
}

func TestTheDocumentAndTheServiceTakeTheSameUsers(t *testing.T) {
	g := newGround(t)
	x := strings.Repeat
	fine := []string{`"admin":true`, `"groups":[]`, `"groups":` + quoted(64, `{"id":"g%d","role":"member"}`), `"groups":[{"id":"` + x("Z", 64) + `","role":"admin"}]`,
		`"password":"` + x("é", 8) + `"`, `"password":"` + x("a", 256) + `"`}
	wrong := []string{`"admin":null`, `"admin":"yes"`, `"groups":null`, `"groups":` + quoted(65, `{"id":"g%d","role":"member"}`), `"groups":[{"id":"a","role":"owner"}]`,
		`"groups":[{"id":"a"}]`, `"groups":[{"role":"member"}]`, `"groups":[{"id":"","role":"member"}]`, `"groups":[{"id":"` + x("Z", 65) + `","role":"member"}]`,
		`"groups":[{"id":"a","role":"member"},{"id":"a","role":"member"}]`, `"groups":[{"id":"a","role":"member","since":1}]`, `"password":null`, `"unheard":"of"`,
		`"password":"` + x("é", 7) + `"`, `"password":"` + x("a", 257) + `"`}

	// The name is taken, and nobody has the other: no password is hashed for either.
	taken := func(members []string) (out []string) {
		for _, m := range members {
			start := `{"username":"alice",`
			if !strings.HasPrefix(m, `"password"`) {
				start += `"password":"` + alicePassword + `",`
			}
			out = append(out, start+m+"}")
		}
		return out
	}
	g.agree(g.admin, "POST /v1/users", taken(fine), append(taken(wrong), `{}`, `{"username":"alice"}`, `{"password":"`+alicePassword+`"}`,
		`{"username":"Alice","password":"`+alicePassword+`"}`, `{"username":".alice","password":"`+alicePassword+`"}`,
		`{"username":"`+x("a", 65)+`","password":"`+alicePassword+`"}`))
	g.agree(g.admin, "PATCH /v1/users/nobody", append(bodies("{", fine...), `{}`, `{"suspended":true}`), append(bodies("{", wrong...), `{"suspended":null}`, `{"username":"x"}`))
	g.agree("", "POST /v1/sessions", []string{`{"username":"NOBODY","password":"x"}`, `{"username":"NOBODY","password":"x","scopes":["a:b"]}`},
		[]string{`{}`, `{"username":"a"}`, `{"username":"","password":"x"}`, `{"username":"a","password":""}`, `{"username":"a","password":"x","scopes":[]}`,
			`{"username":"a","password":"x","scopes":null}`, `{"username":"a","password":"x","scopes":["a:b","a:b"]}`, `{"username":"a","password":"x","scopes":["a b"]}`})
}

// A parameter that may be there often is judged as the list that its values make, since the validator looks at each alone.
func TestTheDocumentAndTheServiceNeedTheSameScopes(t *testing.T) {
	g := newGround(t)
	g.judge(true, g.alice, "GET /v1/auth", "")
	g.judge(true, g.alice, "GET /v1/auth?scope=repo:read&scope=gist%3Aread", "")
	var schema *base.Schema
	for _, op := range g.operations() {
		if op.OperationId == "authorize" {
			schema = op.Parameters[0].Schema.Schema()
		}
	}
	many := make([]string, 65)
	for i := range many {
		many[i] = fmt.Sprintf("a:b%d", i)
	}
	for _, c := range []struct {
		good   bool
		scopes []string
	}{
		{true, []string{"repo:read"}}, {true, []string{"c/d*:e.f", "hoprd:tokensCreate"}}, {true, many[:64]}, {true, []string{"a:" + strings.Repeat("b", 126)}},
		{false, many}, {false, []string{"repo:read", "repo:read"}}, {false, []string{"Repo:read"}}, {false, []string{"repo"}},
		{false, []string{""}}, {false, []string{"repo:read", "repo:read gist:read"}}, {false, []string{"a:" + strings.Repeat("b", 127)}},
	} {
		list := []any{}
		for _, scope := range c.scopes {
			list = append(list, scope)
		}
		// 403 is for what is well said, and not held.
		status := g.serve(newRequest(g.alice, "GET /v1/auth?"+url.Values{"scope": c.scopes}.Encode(), "", nil)).StatusCode
		described, _ := schema_validation.NewSchemaValidator().ValidateSchemaObject(schema, list)
		if (status == 204 || status == 403) != c.good || described != c.good || !c.good && status != 422 {
			t.Errorf("%.100q: answered %d, good in the document: %v; by its form: %v", c.scopes, status, described, c.good)
		}
	}
}

func TestTheDocumentAndTheServiceTakeTheSameParameters(t *testing.T) {
	g := newGround(t)
	for query, good := range map[string]bool{
		"limit=1": true, "limit=200": true, "limit=0": false, "limit=201": false, "limit=ten": false, "limit=-1": false, "limit=1.5": false,
		"groupId=build": true, "groupId=a%20b": false, "owner=user%23alice": true, "owner=alice": false, "owner=user%23Alice": false,
		"status=active": true, "status=ACTIVE": false, "prefix=k": true, "prefix=0123456789abcdef": true, "prefix=0123456789abcdef0": false, "prefix=K": false,
		"cursor=!!": false,
	} {
		g.judge(good, g.alice, "GET /v1/tokens?"+query, "")
	}
	for key, good := range map[string]bool{"k": true, strings.Repeat("~", 255): true, strings.Repeat("~", 256): false, "a b": false, "é": false} {
		g.judge(good, g.alice, "POST /v1/tokens", `{"name":"n","scopes":["a:b"]}`, "Idempotency-Key", key)
	}
	made := g.ask(201, g.alice, "POST /v1/tokens", `{"name":"n","scopes":["a:b"]}`)
	for tags, good := range map[string]bool{"*": true, `"v1"`: true, `W/"v1"`: true, `"" , "x-y"`: true,
		`v1`: false, `"v1`: false, `w/"v1"`: false, `"v1",`: false, `"é"`: false} {
		g.judge(good, g.alice, "PATCH /v1/tokens/"+made.text("id"), "{}", "If-Match", tags)
	}
}
