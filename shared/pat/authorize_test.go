package pat_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// gate takes tokens of several products, each in its own forms, as a service does that asks who is calling.
var gate = pat.Product{Takes: map[pat.ProductName]pat.Form{
	pat.Native: pat.AsBearer | pat.AsPassword, pat.DockerHub: pat.AsNamed, pat.Quay: pat.AsApp,
}}

// atGate is the credential of a secret as the password of a name, from home.
func atGate(name string, secret pat.Secret) pat.Credential {
	return pat.Credential{Product: gate, Scheme: pat.SchemeBasic, Username: name, Secret: secret, Source: from(home)}
}

func TestWhoIsCalling(t *testing.T) {
	w := newWorld(t)
	w.user("alice", inGroup("7", pat.RoleAdmin), inGroup("build", pat.RoleMember))
	own := w.create(w.as("alice"), withScopes("repo:write", "tokens:read"))
	groups := w.create(w.as("alice"), forGroup("7"))
	w.identities["foreign.sub.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "alice", Groups: []string{"ops"}}
	member := []pat.Scope{"self:rotate", "tokens:introspect", "tokens:read", "tokens:write"}
	for name, c := range map[string]struct {
		by   pat.Caller
		want pat.AuthorizeResult
	}{
		"a user's token": {w.by(own.Secret), pat.AuthorizeResult{Owner: "user#alice", Groups: []string{"7", "build"},
			Scopes: []pat.Scope{"repo:public_read", "repo:read", "repo:write", "tokens:read"}, Token: own.Token.ID}},
		"a group's token": {w.by(groups.Secret), pat.AuthorizeResult{Owner: "group#7", Groups: []string{"7"},
			Scopes: []pat.Scope{"repo:public_read", "repo:read"}, Token: groups.Token.ID}},
		"a user's whole session": {w.as("alice"), pat.AuthorizeResult{Owner: "user#alice", Groups: []string{"7", "build"}, Scopes: member}},
		"a reduced session": {w.as("alice", "repo:read"), pat.AuthorizeResult{Owner: "user#alice", Groups: []string{"7", "build"},
			Scopes: []pat.Scope{"repo:public_read", "repo:read"}}},
		"an administrator's session": {w.as(root), pat.AuthorizeResult{Owner: "user#root",
			Scopes: []pat.Scope{"admin:all", "self:rotate", "tokens:introspect", "tokens:read", "tokens:write", "user:admin"}}},
		"another issuer's subject of that name": {w.by(pat.NewSecret("foreign.sub.x")), pat.AuthorizeResult{
			Owner: "oidc#ffb55acfff1cbc1b#alice", Groups: []string{"ops"}, Scopes: member}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := w.Authorize(w.ctx, c.by, pat.AuthorizeRequest{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := compare(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatACallerMustHold(t *testing.T) {
	w := newWorld(t)
	writer := w.by(w.create(w.as("alice"), withScopes("repo:write")).Secret)
	boss := w.by(w.create(w.as(root), withScopes("admin:all")).Secret)
	for _, c := range []struct {
		name    string
		by      pat.Caller
		scopes  []pat.Scope
		missing pat.Scope
	}{
		{"a token has its scopes", writer, []pat.Scope{"repo:write"}, ""},
		{"a token has what they imply", writer, []pat.Scope{"repo:read", "repo:write"}, ""},
		{"a token has no others", writer, []pat.Scope{"repo:read", "repo:admin", "gist:read"}, "repo:admin"},
		{"a token without the scopes of a product lacks them, whatever it manages", boss, []pat.Scope{"repo:read"}, "repo:read"},
		{"a session has all that is a product's", w.as("alice"), []pat.Scope{"anything:at_all"}, ""},
		{"a session has its own management scopes", w.as("alice"), []pat.Scope{"tokens:read"}, ""},
		{"a session has not an administrator's", w.as("alice"), []pat.Scope{"user:admin"}, "user:admin"},
		{"an administrator's session has them", w.as(root), []pat.Scope{"user:admin"}, ""},
		{"a reduced session has what it was opened for", w.as("alice", "repo:read"), []pat.Scope{"repo:read"}, ""},
		{"a reduced session has nothing else", w.as("alice", "repo:read"), []pat.Scope{"repo:write"}, "repo:write"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			_, err := w.Authorize(w.ctx, c.by, pat.AuthorizeRequest{Scopes: c.scopes})
			if c.missing == "" {
				w.must(err)
				return
			}
			if e := w.refused(err, pat.CodeInsufficientScope); e.Scope != c.missing {
				t.Errorf("it lacks %q, want %q", e.Scope, c.missing)
			}
		})
	}
}

func TestWhatIsAskedForMustBeScopes(t *testing.T) {
	w := newWorld(t)
	many := make([]pat.Scope, pat.MaxScopes+1)
	for i := range many {
		many[i] = pat.Scope(fmt.Sprintf("repo:%d", i))
	}
	w.must(errOf(w.Authorize(w.ctx, w.as("alice"), pat.AuthorizeRequest{Scopes: many[1:]})))
	for problem, scopes := range map[string][]pat.Scope{
		"scope: at most 64 scopes":                                                  many,
		"scope/1: this scope is there twice":                                        {"repo:read", "repo:read"},
		"scope/0: a scope is resource:action in lower case, at most 128 characters": {`repo:read", error="`},
	} {
		_, err := w.Authorize(w.ctx, w.as("alice"), pat.AuthorizeRequest{Scopes: scopes})
		w.refusedFields(err, pat.CodeInvalid, problem)
	}
}

func TestAnotherProductsTokenIsShownAsItsProductHasIt(t *testing.T) {
	w := newWorld(t)
	w.user("alice")
	made := map[string]pat.Secret{}
	for name, p := range map[string]pat.Product{"native": nativeAPI, "hub": hubAPI,
		"quay":  {Name: pat.Quay, Shape: pat.ShapeQuay, Lasts: true},
		"hoprd": {Name: pat.HOPRd, Shape: pat.ShapeHOPRd, Lasts: true}} {
		made[name] = w.create(w.through(p, "alice")).Secret
	}
	taken := map[string]string{ // by whose token, the ways in which it is shown
		"native": "Bearer, alice, nobody named",
		"hub":    "alice",
		"quay":   "$app",
		"hoprd":  "",
	}
	for name, secret := range made {
		got := ""
		for _, way := range []struct{ name, username string }{{"Bearer", ""}, {"alice", "alice"}, {"nobody named", ""},
			{"$app", "$app"}, {"bob", "bob"}, {"ALICE", "ALICE"}, {"user#alice", "user#alice"}} {
			credential := atGate(way.username, secret)
			if way.name == "Bearer" {
				credential.Scheme = pat.SchemeBearer
			}
			_, err := w.Authenticate(w.ctx, credential)
			switch {
			case err != nil:
				w.refused(err, pat.CodeUnauthenticated)
			case got == "":
				got = way.name
			default:
				got += ", " + way.name
			}
		}
		if got != taken[name] {
			t.Errorf("%s is taken as %q, want %q", name, got, taken[name])
		}
	}
}

func TestToAskWhoIsCallingIsAUse(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withUses(2))
	for range 2 {
		caller, err := w.Authenticate(w.ctx, atGate("alice", made.Secret))
		w.must(err)
		w.must(errOf(w.Authorize(w.ctx, caller, pat.AuthorizeRequest{Scopes: []pat.Scope{"repo:read"}})))
	}
	if used := w.record(made.Token.Prefix).Usage; used.Uses != 2 || !used.LastUsedAt.Equal(w.clock.Now()) {
		t.Errorf("it was used %d times, the last time at %v", used.Uses, used.LastUsedAt)
	}
	_, err := w.Authenticate(w.ctx, atGate("alice", made.Secret))
	w.refused(err, pat.CodeUnauthenticated)
}

func TestWhatHasEndedIsNobodyAtTheGate(t *testing.T) {
	for name, end := range map[string]func(*world, pat.Token){
		"revoked": func(w *world, t pat.Token) { w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: t.ID})) },
		"disabled": func(w *world, t pat.Token) {
			w.must(errOf(w.Patch(w.ctx, w.as("alice"), pat.PatchRequest{ID: t.ID, Enabled: ptr(false)})))
		},
		"expired":           func(w *world, t pat.Token) { w.clock.set(t.ExpiresAt) },
		"a suspended owner": func(w *world, _ pat.Token) { w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Suspended = true }) },
		"a deleted owner":   func(w *world, _ pat.Token) { w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Deleted = true }) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, api := range []pat.Product{nativeAPI, hubAPI} {
				w := newWorld(t)
				made := w.create(w.through(api, "alice"), withExpiry(pat.Expiry{After: time.Hour}))
				w.must(errOf(w.Authenticate(w.ctx, atGate("alice", made.Secret))))
				end(w, made.Token)
				_, err := w.Authenticate(w.ctx, atGate("alice", made.Secret))
				w.refused(err, pat.CodeUnauthenticated)
			}
		})
	}
}

func TestWhoIsCallingIsNotKnownWithoutTheStore(t *testing.T) {
	for _, method := range []string{"Token", "Owner"} {
		w := newWorld(t)
		made := w.create(w.through(hubAPI, "alice"))
		w.store.fail(method, errors.New("the store is down"))
		_, err := w.Authenticate(w.ctx, atGate("alice", made.Secret))
		if e := w.refused(err, pat.CodeUnavailable); e.RetryAfter < time.Second {
			t.Errorf("%s: try again after %v", method, e.RetryAfter)
		}
	}
}
