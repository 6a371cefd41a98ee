package pat_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func TestAPatchChangesWhatItNames(t *testing.T) {
	for _, c := range []struct {
		name string
		req  pat.PatchRequest
		edit func(*pat.Token)
	}{
		{"the name", pat.PatchRequest{Name: ptr("new")}, func(t *pat.Token) { t.Name = "new" }},
		{"the description", pat.PatchRequest{Description: ptr("new")}, func(t *pat.Token) { t.Description = "new" }},
		{"the description, taken away", pat.PatchRequest{Description: ptr("")}, func(t *pat.Token) { t.Description = "" }},
		{"the scopes", pat.PatchRequest{Scopes: &[]pat.Scope{"a:b"}}, func(t *pat.Token) { t.Scopes = []pat.Scope{"a:b"} }},
		{"the expiry, later", pat.PatchRequest{Expiry: &pat.Expiry{At: morning.Add(300 * day)}}, func(t *pat.Token) {
			t.ExpiresAt, t.PurgeAt, t.DueAt = morning.Add(300*day), morning.Add(330*day), morning.Add(270*day)
		}},
		{"the expiry, from now", pat.PatchRequest{Expiry: &pat.Expiry{After: time.Hour}}, func(t *pat.Token) {
			t.ExpiresAt, t.PurgeAt, t.DueAt = morning.Add(2*time.Hour), morning.Add(2*time.Hour+30*day), morning.Add(2*time.Hour)
		}},
		{"the expiry, to the default", pat.PatchRequest{Expiry: &pat.Expiry{}}, func(t *pat.Token) {
			t.ExpiresAt, t.PurgeAt, t.DueAt = morning.Add(time.Hour+90*day), morning.Add(time.Hour+120*day), morning.Add(time.Hour+60*day)
		}},
		{"the networks", pat.PatchRequest{AllowedIPs: ptr(nets("198.51.100.0/24"))}, func(t *pat.Token) { t.AllowedIPs = nets("198.51.100.0/24") }},
		{"the networks, taken away", pat.PatchRequest{AllowedIPs: ptr(nets())}, func(t *pat.Token) { t.AllowedIPs = nil }},
		{"that it is disabled", pat.PatchRequest{Enabled: ptr(false)}, func(t *pat.Token) { t.Disabled = true }},
		{"several at once", pat.PatchRequest{Name: ptr("new"), Enabled: ptr(false), Scopes: &[]pat.Scope{"a:b"}}, func(t *pat.Token) {
			t.Name, t.Disabled, t.Scopes = "new", true, []pat.Scope{"a:b"}
		}},
		{"something to what it is", pat.PatchRequest{Name: ptr("ci")}, func(*pat.Token) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			alice := w.as("alice")
			was := w.create(alice, withIPs("192.0.2.0/24"), withExpiry(pat.Expiry{After: 10 * day}),
				func(r *pat.CreateRequest) { r.Description = "d" }).Token
			w.clock.advance(time.Hour)
			c.req.ID = was.ID
			got, err := w.Patch(w.ctx, w.as("alice"), c.req)
			w.must(err)
			want := was.Clone()
			c.edit(&want)
			want.Version, want.UpdatedAt = 2, morning.Add(time.Hour)
			want.LastChange = pat.Change{Kind: pat.ChangeUpdated, By: "user#alice", Via: "session", IP: netip.MustParseAddr(home), At: want.UpdatedAt}
			stored := w.record(was.Prefix)
			for _, t := range []*pat.Token{&got, &stored} { // none and an empty list are the same
				if len(t.AllowedIPs) == 0 {
					t.AllowedIPs = nil
				}
			}
			if diff := compare(want, got); diff != "" {
				t.Errorf("answered (-want +got):\n%s", diff)
			}
			if diff := compare(want, stored); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPatchOfNothingWritesNothing(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	was := w.create(alice).Token
	w.clock.advance(time.Minute)
	got, err := w.Patch(w.ctx, alice, pat.PatchRequest{ID: was.ID, IfMatch: pat.IfMatch{1}})
	w.must(err)
	if diff := compare(was, got); diff != "" || w.store.calls("UpdateToken") != 0 {
		t.Errorf("%d writes: %s", w.store.calls("UpdateToken"), diff)
	}
}

func TestEveryPartOfAPatchHasItsBounds(t *testing.T) {
	for _, c := range []struct {
		name string
		req  pat.PatchRequest
		want []string
	}{
		{"a blank name", pat.PatchRequest{Name: ptr(" ")}, []string{"name: a name is needed"}},
		{"a description with a NUL", pat.PatchRequest{Description: ptr("\x00")}, []string{"description: " + noControl + "(U+0000)"}},
		{"no scopes", pat.PatchRequest{Scopes: &[]pat.Scope{}}, []string{"scopes: at least one scope"}},
		{"a malformed scope", pat.PatchRequest{Scopes: &[]pat.Scope{"repo"}}, []string{"scopes/0: " + scopeIs}},
		{"an expiry in the past", pat.PatchRequest{Expiry: &pat.Expiry{At: morning}},
			[]string{"expiresAt: in the past", "expiresAt: after notBefore, which is 2026-03-04T05:16:07Z"}},
		{"an expiry too late", pat.PatchRequest{Expiry: &pat.Expiry{After: 367 * day}},
			[]string{"expiresAt: at most 366 days from now, which is 2027-03-05T05:06:07Z"}},
		{"no expiry", pat.PatchRequest{Expiry: &pat.Expiry{Never: true}},
			[]string{"expiresAt: the policy has no tokens without an expiry; at most 366 days"}},
		{"an expiry before the start", pat.PatchRequest{Expiry: &pat.Expiry{After: time.Minute}},
			[]string{"expiresAt: after notBefore, which is 2026-03-04T05:16:07Z"}},
		{"networks with host bits", pat.PatchRequest{AllowedIPs: ptr(nets("192.0.2.7/24"))}, []string{"allowedIps/0: " + network}},
		{"all wrong at once", pat.PatchRequest{Name: ptr(""), Scopes: &[]pat.Scope{}, Expiry: &pat.Expiry{At: morning}},
			[]string{"name: a name is needed", "scopes: at least one scope", "expiresAt: in the past",
				"expiresAt: after notBefore, which is 2026-03-04T05:16:07Z"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			alice := w.as("alice")
			was := w.create(alice, func(r *pat.CreateRequest) { r.NotBefore = morning.Add(10 * time.Minute) }).Token
			c.req.ID = was.ID
			got, err := w.Patch(w.ctx, alice, c.req)
			w.refusedFields(err, pat.CodeInvalid, c.want...)
			if diff := compare(pat.Token{}, got); diff != "" {
				t.Errorf("a token beside the error: %s", diff)
			}
			if diff := compare(was, w.record(was.Prefix)); diff != "" {
				t.Errorf("it was changed: %s", diff)
			}
		})
	}
}

func TestIfMatchNamesTheVersionsThatMayChange(t *testing.T) {
	for _, c := range []struct {
		name  string
		match pat.IfMatch
		done  bool
	}{
		{"any", nil, true},
		{"the version it has", pat.IfMatch{2}, true},
		{"that among others", pat.IfMatch{9, 2}, true},
		{"an older one", pat.IfMatch{1}, false},
		{"a later one", pat.IfMatch{3}, false},
		{"none at all", pat.IfMatch{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			alice := w.as("alice")
			made := w.create(alice).Token
			w.must(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.ID, Name: ptr("second")})))
			_, patched := w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.ID, Name: ptr("third"), IfMatch: c.match})
			match := c.match
			if c.done && match != nil {
				match = pat.IfMatch{3}
			}
			deleted := w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.ID, IfMatch: match})
			for _, err := range []error{patched, deleted} {
				if c.done {
					w.must(err)
				} else if e := w.refused(err, pat.CodePrecondition); e.Message != "the token is at version 2" {
					t.Errorf("message %q", e.Message)
				}
			}
			if got := w.record(made.Prefix); got.RevokedAt.IsZero() == c.done || (got.Name == "third") != c.done {
				t.Errorf("now it is %+v", got)
			}
		})
	}
}

func TestAChangeBetweenReadAndWriteIsNotOverwritten(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.create(alice).Token
	overtake := func() { w.rewrite(made.Prefix, func(t *pat.Token) { t.Description = "theirs" }) }

	w.store.first("UpdateToken", overtake)
	w.refused(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.ID, Name: ptr("ours"), IfMatch: pat.IfMatch{1}})), pat.CodePrecondition)

	w.store.first("UpdateToken", overtake)
	got, err := w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.ID, Name: ptr("ours")})
	if w.must(err); got.Name != "ours" || got.Description != "theirs" || got.Version != 4 {
		t.Errorf("got %q, %q at version %d", got.Name, got.Description, got.Version)
	}

	w.store.first("UpdateToken", func() { w.rewrite(made.Prefix, func(t *pat.Token) { t.RevokedAt = morning }) })
	w.refused(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.ID, Name: ptr("ours")})), pat.CodeConflict)
}

func TestWhatHasEndedStaysAsItIs(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*pat.Token)
		req  pat.PatchRequest
		want string // "": done
	}{
		{"a revoked token is not renamed", func(t *pat.Token) { t.RevokedAt = morning }, pat.PatchRequest{Name: ptr("new")}, "a revoked token stays as it is"},
		{"a revoked token is not enabled", func(t *pat.Token) { t.RevokedAt = morning }, pat.PatchRequest{Enabled: ptr(true)}, "a revoked token stays as it is"},
		{"a revoked token is not left alone either", func(t *pat.Token) { t.RevokedAt = morning }, pat.PatchRequest{}, "a revoked token stays as it is"},
		{"a compromised token is not renamed", func(t *pat.Token) { t.Compromised = true }, pat.PatchRequest{Name: ptr("new")}, "a revoked token stays as it is"},
		{"an expired token gets no new expiry", func(t *pat.Token) { t.ExpiresAt = morning }, pat.PatchRequest{Expiry: &pat.Expiry{After: day}},
			"an expired token gets no new expiry; make a new token"},
		{"an expired token may be renamed", func(t *pat.Token) { t.ExpiresAt = morning }, pat.PatchRequest{Name: ptr("new")}, ""},
		{"a suspended token may be renamed", func(t *pat.Token) { t.Suspended = true }, pat.PatchRequest{Name: ptr("new")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			alice := w.as("alice")
			made := w.create(alice).Token
			w.rewrite(made.Prefix, c.edit)
			was := w.record(made.Prefix)
			c.req.ID = made.ID
			_, err := w.Patch(w.ctx, alice, c.req)
			if c.want == "" {
				w.must(err)
				return
			}
			if e := w.refused(err, pat.CodeConflict); e.Message != c.want {
				t.Errorf("message %q", e.Message)
			}
			if diff := compare(was, w.record(made.Prefix)); diff != "" {
				t.Errorf("it was changed: %s", diff)
			}
		})
	}
}

func TestEnablingASuspendedTokenDoesNotResumeIt(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.create(alice)
	w.rewrite(made.Token.Prefix, func(t *pat.Token) { t.Suspended = true })
	w.must(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.Token.ID, Enabled: ptr(true)})))
	w.wantVerdict(made.Secret, pat.VerifySuspended)
}

func TestDisablingCanBeUndone(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.create(alice)
	w.must(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.Token.ID, Enabled: ptr(false)})))
	w.wantVerdict(made.Secret, pat.VerifyDisabled)
	w.must(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.Token.ID, Enabled: ptr(true)})))
	w.wantVerdict(made.Secret, pat.VerifyValid)
}

func TestRevokingIsForGoodAndMayBeRepeated(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.create(alice, withExpiry(pat.Expiry{After: day}))
	w.clock.advance(time.Minute)
	w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID, IfMatch: pat.IfMatch{1}}))
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
	want := made.Token.Clone()
	want.Version, want.RevokedAt, want.UpdatedAt, want.DueAt = 2, w.clock.Now(), w.clock.Now(), made.Token.PurgeAt
	want.LastChange = pat.Change{Kind: pat.ChangeRevoked, By: "user#alice", Via: "session", IP: netip.MustParseAddr(home), At: w.clock.Now()}
	if diff := compare(want, w.record(made.Token.Prefix)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	w.clock.advance(time.Minute)
	for _, match := range []pat.IfMatch{nil, {1}, {2}, {}} {
		w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID, IfMatch: match}))
	}
	if diff := compare(want, w.record(made.Token.Prefix)); diff != "" {
		t.Errorf("revoked again, it changed: %s", diff)
	}
	got, err := w.Get(w.ctx, alice, made.Token.ID)
	if w.must(err); w.StatusOf(got) != pat.StatusRevoked {
		t.Errorf("it reads as %s", w.StatusOf(got))
	}
}

func TestARevokedTokenIsKeptForAWhileAndThenUnknown(t *testing.T) {
	for _, c := range []struct {
		name         string
		expires, end time.Duration
	}{
		{"from its expiry on, if that is later", 10 * day, 40 * day},
		{"from the revocation on, if that is later", time.Hour, 31 * day},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: c.expires}))
			w.clock.advance(day)
			w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: made.Token.ID}))
			w.clock.set(morning.Add(c.end - time.Millisecond))
			alice := w.as("alice")
			w.wantVerdict(made.Secret, pat.VerifyRevoked)
			w.must(errOf(w.Get(w.ctx, alice, made.Token.ID)))
			w.clock.advance(time.Millisecond)
			w.wantVerdict(made.Secret, pat.VerifyNotFound)
			w.refused(errOf(w.Get(w.ctx, alice, made.Token.ID)), pat.CodeNotFound)
			w.refused(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID}), pat.CodeNotFound)
		})
	}
}

func TestAnotherOwnersTokenLooksLikeNone(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	alice := w.as("alice")
	theirs := w.create(w.as("bob")).Token
	groups := w.create(w.as("carol"), forGroup("7")).Token
	gone := w.create(alice, withExpiry(pat.Expiry{After: time.Second})).Token
	w.clock.advance(31 * day)
	alice = w.as("alice")
	unknown, err := pat.NewID(testPrefix, w.random)
	w.must(err)
	otherID, err := pat.NewID(w.create(alice).Token.Prefix, w.random) // leads to a token, but is not its id
	w.must(err)
	ids := map[string]pat.ID{"another user's": theirs.ID, "a group's": groups.ID, "a purged one": gone.ID, "another id at one's own token": otherID,
		"no id": "x", "nothing": "", "an id in capitals": "A0FE958A-DA08-8CCE-83F0-0682868A8E92"}
	for name, call := range map[string]func(pat.ID) error{
		"get": func(id pat.ID) error { return errOf(w.Get(w.ctx, alice, id)) },
		"patch": func(id pat.ID) error {
			return errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: id, Name: ptr("mine")}))
		},
		"delete": func(id pat.ID) error { return w.Delete(w.ctx, alice, pat.DeleteRequest{ID: id}) },
		"patch at a version": func(id pat.ID) error {
			return errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: id, Name: ptr(""), IfMatch: pat.IfMatch{9}}))
		},
		"delete at a version": func(id pat.ID) error {
			return w.Delete(w.ctx, alice, pat.DeleteRequest{ID: id, IfMatch: pat.IfMatch{9}})
		},
	} {
		want := w.refused(call(unknown), pat.CodeNotFound)
		for whose, id := range ids {
			if diff := compare(want, w.refused(call(id), pat.CodeNotFound)); diff != "" {
				t.Errorf("%s of %s differs: %s", name, whose, diff)
			}
		}
	}
	if w.store.calls("UpdateToken") != 0 {
		t.Error("something was written")
	}
}

func TestMembersSeeAGroupsTokensAndItsAdminsChangeThem(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	w.user("dave", inGroup("7", pat.RoleMember))
	made := w.create(w.as("carol"), forGroup("7")).Token
	for _, c := range []struct {
		name   string
		caller pat.Caller
		change pat.Code
	}{
		{"a member", w.as("dave"), pat.CodeForbidden},
		{"a member with a session reduced in scope", w.as("dave", "tokens:write"), pat.CodeForbidden},
		{"an admin of the group", w.as("carol"), ""},
		{"an administrator", w.as(root), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			w.must(errOf(w.Get(w.ctx, c.caller, made.ID)))
			_, patched := w.Patch(w.ctx, c.caller, pat.PatchRequest{ID: made.ID, Name: ptr(c.name)})
			if c.change == "" {
				w.must(patched)
				return
			}
			w.refused(patched, c.change)
			w.refused(w.Delete(w.ctx, c.caller, pat.DeleteRequest{ID: made.ID}), c.change)
		})
	}
	w.must(w.Delete(w.ctx, w.as("carol"), pat.DeleteRequest{ID: made.ID}))
}

func TestATokenKnowsAndRevokesItself(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withScopes("repo:read"))
	self := w.by(made.Secret)
	got, err := w.Self(w.ctx, self, struct{}{})
	if w.must(err); got.ID != made.Token.ID {
		t.Errorf("it is %s, want %s", got.ID, made.Token.ID)
	}
	w.must(w.DeleteSelf(w.ctx, self, struct{}{}))
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
	if change := w.record(made.Token.Prefix).LastChange; change.Kind != pat.ChangeRevoked || change.Via != "token:"+string(made.Token.ID) {
		t.Errorf("the change is %+v", change)
	}
	w.must(w.DeleteSelf(w.ctx, self, struct{}{})) // the repeat of a request that was under way
	for _, session := range []pat.Caller{w.as("alice"), w.as(root)} {
		w.refused(errOf(w.Self(w.ctx, session, struct{}{})), pat.CodeForbidden)
		w.refused(w.DeleteSelf(w.ctx, session, struct{}{}), pat.CodeForbidden)
	}
}

func TestARevocationThatWasOvertakenIsDoneAllTheSame(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	self := w.by(made.Secret)
	w.store.first("UpdateToken", func() { w.rewrite(made.Token.Prefix, func(t *pat.Token) { t.Name = "theirs" }) })
	w.must(w.DeleteSelf(w.ctx, self, struct{}{}))
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
}

func TestAFailingStoreAcknowledgesNoChange(t *testing.T) {
	down := errors.New("the store is down")
	for _, c := range []struct {
		name, method string
		err          error
		want         pat.Code
	}{
		{"the record cannot be read", "Token", down, pat.CodeUnavailable},
		{"the record cannot be written", "UpdateToken", down, pat.CodeUnavailable},
		{"the record keeps changing", "UpdateToken", pat.ErrConflict, pat.CodeUnavailable},
		{"the record is gone", "UpdateToken", pat.ErrNotFound, pat.CodeNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			alice := w.as("alice")
			made := w.create(alice)
			w.store.fail(c.method, c.err)
			w.refused(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID}), c.want)
			w.refused(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.Token.ID, Name: ptr("new")})), c.want)
			w.store.fail(c.method, nil)
			w.wantVerdict(made.Secret, pat.VerifyValid)
		})
	}
	t.Run("the record goes while it is changed", func(t *testing.T) {
		w := newWorld(t)
		alice := w.as("alice")
		made := w.create(alice)
		w.store.failNext("UpdateToken", 1, pat.ErrConflict)
		w.store.first("UpdateToken", func() { w.store.fail("Token", pat.ErrNotFound) })
		w.refused(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID}), pat.CodeNotFound)
		w.store.failNext("UpdateToken", 1, pat.ErrConflict)
		w.store.fail("Token", nil)
		w.store.first("UpdateToken", func() { w.store.fail("Token", down) })
		w.refused(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID}), pat.CodeUnavailable)
	})
}

func TestARevocationWhoseAnswerWasLostIsFinishedByTheRepeat(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.create(alice)
	w.store.lose("UpdateToken", errors.New("the answer was lost"))
	w.refused(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID}), pat.CodeUnavailable)
	w.store.lose("UpdateToken", nil)
	w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID, IfMatch: pat.IfMatch{1}}))
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
}
