package pat_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// login asks for a session of the user, from home.
func login(user, word string, scopes ...pat.Scope) pat.LoginRequest {
	return pat.LoginRequest{Username: user, Password: pat.NewSecret(word), Scopes: scopes, Source: from(home)}
}

const wrong = "hush-wrong-horse"

func TestLoggingInOpensASession(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword)
	w.clock.advance(1234 * time.Millisecond)
	got, err := w.Login(w.ctx, login("alice", password, "tokens:read", "repo:read"))
	w.must(err)
	want := pat.Session{ID: got.Session.ID, Owner: "user#alice", Epoch: 1, Scopes: []pat.Scope{"tokens:read", "repo:read"},
		IssuedAt: morning.Add(time.Second), ExpiresAt: morning.Add(time.Second + time.Hour)}
	if diff := compare(want, got.Session); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := compare(rightsOf("read"), w.can(w.by(got.Secret))); diff != "" {
		t.Errorf("what it may do: -want +got:\n%s", diff)
	}
	again, err := w.Login(w.ctx, login("alice", password))
	w.must(err)
	if form := regexp.MustCompile(`^[0-9a-f]{32}$`); !form.MatchString(got.Session.ID) || got.Session.ID == again.Session.ID {
		t.Errorf("the sessions are %s and %s", got.Session.ID, again.Session.ID)
	}
	w.by(again.Secret)
}

func TestAFailedLogInSaysNotWhatWasWrong(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword)
	w.user("bob") // without a password
	w.user("dead", withPassword, func(o *pat.Owner) { o.Deleted = true })
	w.user("idle", withPassword, func(o *pat.Owner) { o.Suspended = true })
	want := w.refused(errOf(w.Login(w.ctx, login("alice", wrong))), pat.CodeUnauthenticated)
	for name, req := range map[string]pat.LoginRequest{
		"an unknown user":                      login("nobody", password),
		"a user without a password":            login("bob", password),
		"a user without a password, nor given": login("bob", ""),
		"a deleted user":                       login("dead", password),
		"a suspended user's wrong password":    login("idle", wrong),
		"a name in capitals":                   login("Alice", password),
		"an owner's id":                        login("user#alice", password),
	} {
		if diff := compare(want, w.refused(errOf(w.Login(w.ctx, req)), pat.CodeUnauthenticated)); diff != "" {
			t.Errorf("%s differs: %s", name, diff)
		}
	}
}

func TestASuspendedUserIsToldSoWithTheRightPassword(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword, func(o *pat.Owner) { o.Suspended = true })
	got, err := w.Login(w.ctx, login("alice", password))
	w.refused(err, pat.CodeForbidden)
	if diff := compare(pat.LoginResult{}, got); diff != "" {
		t.Errorf("a session beside the error: %s", diff)
	}
}

func TestASessionIsReducedToWhatItsUserHas(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword)
	w.user(root, admin, withPassword)
	for _, c := range []struct {
		name, user string
		scopes     []pat.Scope
		want       []string
	}{
		{"a user asks for what he has", "alice", []pat.Scope{"tokens:write", "thing:do"}, nil},
		{"a user asks for an administrator's", "alice", []pat.Scope{"tokens:read", "admin:all", "user:admin"},
			[]string{"scopes/1: this user does not hold admin:all", "scopes/2: this user does not hold user:admin"}},
		{"an administrator asks for less", root, []pat.Scope{"user:admin"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			if _, err := w.Login(w.ctx, login(c.user, password, c.scopes...)); c.want == nil {
				w.must(err)
			} else {
				w.refusedFields(err, pat.CodeForbidden, c.want...)
			}
		})
	}
	before := w.store.calls()
	w.refusedFields(errOf(w.Login(w.ctx, login("alice", wrong, "tokens"))), pat.CodeInvalid, "scopes/0: "+scopeIs)
	if w.store.calls() != before {
		t.Error("the store was asked before the request was judged")
	}
}

func rates(account, source int) func(*pat.Config) {
	return withPolicy(func(p *pat.Policy) {
		p.LoginsByAccount, p.LoginsBySource = pat.Rate{PerMinute: 6, Burst: account}, pat.Rate{PerMinute: 6, Burst: source}
	})
}

func TestFailuresAreCountedByAccount(t *testing.T) {
	for _, user := range []string{"alice", "nobody", "NOBODY"} {
		t.Run(user, func(t *testing.T) {
			w := newWorld(t, rates(2, 100))
			w.user("alice", withPassword)
			w.user("bob", withPassword)
			attempt := func(ip string) pat.LoginRequest {
				req := login(user, wrong)
				req.Source = from(ip)
				return req
			}
			w.refused(errOf(w.Login(w.ctx, attempt("192.0.2.1"))), pat.CodeUnauthenticated)
			w.refused(errOf(w.Login(w.ctx, attempt("192.0.2.2"))), pat.CodeUnauthenticated)
			before := w.store.calls()
			e := w.refused(errOf(w.Login(w.ctx, attempt("192.0.2.3"))), pat.CodeRateLimited)
			if e.RetryAfter != 10*time.Second || w.store.calls() != before {
				t.Errorf("retry after %s, with %d calls of the store", e.RetryAfter, w.store.calls()-before)
			}
			right := login(user, password)
			w.refused(errOf(w.Login(w.ctx, right)), pat.CodeRateLimited) // or guessing would go on
			w.must(errOf(w.Login(w.ctx, login("bob", password))))
			w.clock.advance(10 * time.Second)
			if _, err := w.Login(w.ctx, right); user == "alice" {
				w.must(err)
			} else {
				w.refused(err, pat.CodeUnauthenticated)
			}
		})
	}
}

func TestNamesThatNobodyCanHaveCountAsOneAccount(t *testing.T) {
	w := newWorld(t, rates(1, 100))
	w.refused(errOf(w.Login(w.ctx, login("Alice", wrong))), pat.CodeUnauthenticated)
	w.refused(errOf(w.Login(w.ctx, login("user#bob", wrong))), pat.CodeRateLimited)
	if n := w.store.calls("Owner"); n != 0 {
		t.Errorf("the store was asked %d times", n)
	}
}

func TestFailuresAreCountedBySource(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, then string
		same        bool
	}{
		{"one address", "192.0.2.1", "192.0.2.1", true},
		{"another address", "192.0.2.1", "192.0.2.2", false},
		{"one address written as IPv6", "192.0.2.1", "::ffff:192.0.2.1", true},
		{"another address written as IPv6", "::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
		{"one network of IPv6", "2001:db8::1", "2001:db8::ffff:1", true},
		{"another network of IPv6", "2001:db8::1", "2001:db8:0:1::1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, rates(100, 1))
			req := login("nobody", wrong)
			req.Source = from(c.first)
			w.refused(errOf(w.Login(w.ctx, req)), pat.CodeUnauthenticated)
			req.Username, req.Source = "somebody", from(c.then)
			want := pat.CodeUnauthenticated
			if c.same {
				want = pat.CodeRateLimited
			}
			w.refused(errOf(w.Login(w.ctx, req)), want)
		})
	}
}

func TestUnknownSourcesCountAsOne(t *testing.T) {
	w := newWorld(t, rates(100, 1))
	w.refused(errOf(w.Login(w.ctx, pat.LoginRequest{Username: "a"})), pat.CodeUnauthenticated)
	w.refused(errOf(w.Login(w.ctx, pat.LoginRequest{Username: "b"})), pat.CodeRateLimited)
}

func TestSuccessesAreNotCounted(t *testing.T) {
	w := newWorld(t, rates(1, 1))
	w.user("alice", withPassword)
	for range 3 {
		w.must(errOf(w.Login(w.ctx, login("alice", password))))
	}
	w.refused(errOf(w.Login(w.ctx, login("alice", wrong))), pat.CodeUnauthenticated)
	w.refused(errOf(w.Login(w.ctx, login("alice", wrong))), pat.CodeRateLimited)
}

func TestALogInThatCannotBeJudgedIsUnavailable(t *testing.T) {
	down := errors.New("down")
	w := newWorld(t)
	w.user("alice", withPassword)
	w.user("bent", func(o *pat.Owner) { o.Password = pat.PasswordHash(strings.Replace(phc(), "m=19456", "m=8", 1)) })
	w.sessions.fails = down
	w.refused(errOf(w.Login(w.ctx, login("alice", password))), pat.CodeUnavailable)
	w.refused(errOf(w.Login(w.ctx, login("bent", password))), pat.CodeUnavailable)
	w.store.fail("Owner", down)
	e := w.refused(errOf(w.Login(w.ctx, login("alice", password))), pat.CodeUnavailable)
	if !errors.Is(e, down) {
		t.Errorf("the log is told %v", e.Err)
	}
}

func TestLoggingOutNeedsOnesOwnSession(t *testing.T) {
	w := newWorld(t)
	token := w.by(w.create(w.as(root), withScopes("admin:all")).Secret)
	w.refused(w.Logout(w.ctx, token, struct{}{}), pat.CodeForbidden)
	root := w.as(root)
	w.store.failNext("PutOwner", 2, pat.ErrConflict)
	w.clock.advance(time.Minute)
	w.must(w.Logout(w.ctx, root, struct{}{}))
	if row := w.row("user#root"); row.Epoch != 2 || !row.UpdatedAt.Equal(w.clock.Now()) {
		t.Errorf("the row is %+v", row)
	}
	w.store.fail("PutOwner", errors.New("down"))
	w.refused(w.Logout(w.ctx, root, struct{}{}), pat.CodeUnavailable)
}
