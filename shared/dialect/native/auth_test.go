package native

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/pat"
)

func TestWhoIsCallingIsSaidInHeaders(t *testing.T) {
	for name, c := range map[string]struct {
		in   pat.AuthorizeResult
		want http.Header
	}{
		"a user's token": {
			pat.AuthorizeResult{Owner: "user#alice", Groups: []string{"7", "build"}, Scopes: []pat.Scope{"repo:read", "repo:write"}, Token: "id"},
			http.Header{"X-Latchkey-User": {"alice"}, "X-Latchkey-Groups": {"7,build"}, "X-Latchkey-Scopes": {"repo:read repo:write"}, "X-Latchkey-Token-Id": {"id"}}},
		"a group's token": {
			pat.AuthorizeResult{Owner: "group#7", Groups: []string{"7"}, Token: "id"},
			http.Header{"X-Latchkey-User": {"group#7"}, "X-Latchkey-Groups": {"7"}, "X-Latchkey-Token-Id": {"id"}}},
		"another issuer's subject": {
			pat.AuthorizeResult{Owner: "oidc#ffb55acfff1cbc1b#alice", Scopes: []pat.Scope{"tokens:read"}},
			http.Header{"X-Latchkey-User": {"oidc#ffb55acfff1cbc1b#alice"}, "X-Latchkey-Scopes": {"tokens:read"}}},
		"a session that may do nothing here": {
			pat.AuthorizeResult{Owner: "user#alice"},
			http.Header{"X-Latchkey-User": {"alice"}}},
	} {
		got, err := encodeAuthorized(c.in)
		if err != nil || got.Status != http.StatusNoContent || len(got.Body) > 0 {
			t.Errorf("%s: %d %q, %v", name, got.Status, got.Body, err)
		}
		if diff := cmp.Diff(c.want, got.Header); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

// A list that is too long is left out whole, and that is said.
func TestTheHeadersOfACallerHaveABound(t *testing.T) {
	long := func(n int) (groups []string, scopes []pat.Scope) {
		for i := range n {
			tail := strings.Repeat("x", 60) + string(rune('a'+i%26)) + string(rune('a'+i/26))
			groups, scopes = append(groups, tail), append(scopes, pat.Scope("repo:"+tail+tail[:61]))
		}
		return groups, scopes
	}
	for _, c := range []struct {
		groups, scopes int
		leftOut        string
	}{{10, 10, ""}, {64, 10, "groups"}, {10, 64, "scopes"}, {64, 64, "groups,scopes"}, {48, 23, ""}} {
		groups, _ := long(c.groups)
		_, scopes := long(c.scopes)
		got, err := encodeAuthorized(pat.AuthorizeResult{Owner: pat.OwnerID("oidc#ffb55acfff1cbc1b#" + strings.Repeat("s", 255)),
			Groups: groups, Scopes: scopes, Token: "3e9c5156-960b-841e-bc00-5ee4f1ca37c9"})
		if err != nil {
			t.Fatal(err)
		}
		var head strings.Builder
		if err := got.Header.Write(&head); err != nil || head.Len() > 7<<10 {
			t.Errorf("%d groups, %d scopes: %d bytes, %v", c.groups, c.scopes, head.Len(), err)
		}
		_, withGroups := got.Header["X-Latchkey-Groups"]
		_, withScopes := got.Header["X-Latchkey-Scopes"]
		if got.Header.Get("X-Latchkey-Left-Out") != c.leftOut || withGroups == strings.Contains(c.leftOut, "groups") ||
			withScopes == strings.Contains(c.leftOut, "scopes") {
			t.Errorf("%d groups, %d scopes: left out %q, %d bytes", c.groups, c.scopes, got.Header.Get("X-Latchkey-Left-Out"), head.Len())
		}
	}
}
