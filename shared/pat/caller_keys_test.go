package pat_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// keysAPI is a product as HOPRd is: its tokens are one owner's, shown by themselves, and its superuser makes the first.
var keysAPI = pat.Product{Name: pat.HOPRd, Shape: pat.ShapeHOPRd, Takes: map[pat.ProductName]pat.Form{pat.HOPRd: pat.AsKey},
	Superuser: true, Owner: pat.ServiceID(pat.HOPRd), Secludes: true, Forgets: true, Lasts: true, Nameless: true, Unlimited: true}

var theSuperusers = pat.NewSecret("hush, the superuser's own token")

const keysCreate, keysPing = pat.Scope("hoprd:tokensCreate"), pat.Scope("hoprd:nodePing")

func newKeysWorld(t *testing.T, edits ...func(*pat.Config)) *world {
	t.Helper()
	return newWorld(t, append(edits, func(c *pat.Config) { c.Superuser = theSuperusers })...)
}

// keys is the credential of keys, for making tokens, from home.
func keys(all ...pat.Secret) pat.Credential {
	return pat.Credential{Product: keysAPI, Scheme: pat.SchemeKey, Keys: all, Source: from(home), Needs: keysCreate,
		Grants: []pat.Scope{pat.ScopeTokensWrite}}
}

// byKeys authenticates keys of which one must do.
func (w *world) byKeys(all ...pat.Secret) pat.Caller {
	w.t.Helper()
	caller, err := w.Authenticate(w.ctx, keys(all...))
	w.must(err)
	return caller
}

// keyFor makes a token of the product.
func (w *world) keyFor(scopes []pat.Scope, most map[pat.Scope]int64) pat.CreateResult {
	w.t.Helper()
	return w.create(w.byKeys(theSuperusers), func(r *pat.CreateRequest) { *r = pat.CreateRequest{Scopes: scopes, MaxCalls: most} })
}

func TestTheFirstKeyThatIsGoodForWhatIsNeededMakesTheCaller(t *testing.T) {
	w := newKeysWorld(t)
	good, second := w.keyFor([]pat.Scope{keysCreate}, nil), w.keyFor([]pat.Scope{keysCreate}, nil)
	weak, spent := w.keyFor([]pat.Scope{keysPing}, nil), w.keyFor([]pat.Scope{keysCreate}, map[pat.Scope]int64{keysCreate: 1})
	w.byKeys(spent.Secret)
	bad, native := pat.NewSecret("nonsense"), w.create(w.as("alice"))
	gone := w.keyFor([]pat.Scope{keysCreate}, nil)
	w.must(w.RevokeSecret(w.ctx, w.byKeys(theSuperusers), gone.Secret))
	for _, c := range []struct {
		name string
		keys []pat.Secret
		want any // the token that makes the caller, nil for the superuser, or the refusal's code
	}{
		{"none", nil, pat.CodeUnauthenticated},
		{"an empty one", []pat.Secret{{}}, pat.CodeUnauthenticated},
		{"a good one", []pat.Secret{good.Secret}, good.Token.ID},
		{"two good ones", []pat.Secret{good.Secret, second.Secret}, good.Token.ID},
		{"a bad one first", []pat.Secret{bad, good.Secret}, good.Token.ID},
		{"a revoked one first", []pat.Secret{gone.Secret, good.Secret}, good.Token.ID},
		{"one that may not first", []pat.Secret{weak.Secret, good.Secret}, good.Token.ID},
		{"a spent one first", []pat.Secret{spent.Secret, good.Secret}, good.Token.ID},
		{"a bad one", []pat.Secret{bad}, pat.CodeUnauthenticated},
		{"a revoked one", []pat.Secret{gone.Secret}, pat.CodeUnauthenticated},
		{"one of another product", []pat.Secret{native.Secret}, pat.CodeUnauthenticated},
		{"one that may not", []pat.Secret{weak.Secret}, pat.CodeInsufficientScope},
		{"a spent one", []pat.Secret{spent.Secret}, pat.CodeInsufficientScope},
		{"one that may not and a bad one", []pat.Secret{weak.Secret, bad}, pat.CodeInsufficientScope},
		{"a bad one and one that may not", []pat.Secret{bad, weak.Secret}, pat.CodeInsufficientScope},
		{"the superuser's", []pat.Secret{theSuperusers}, nil},
		{"the superuser's second", []pat.Secret{weak.Secret, theSuperusers}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			caller, err := w.Authenticate(w.ctx, keys(c.keys...))
			if code, refused := c.want.(pat.Code); refused {
				if e := w.refused(err, code); code == pat.CodeInsufficientScope && e.Scope != keysCreate {
					t.Errorf("it needs %q", e.Scope)
				}
				return
			}
			w.must(err)
			token, ok := caller.Token()
			if id, _ := c.want.(pat.ID); token.ID != id || ok != (c.want != nil) || caller.Owner != keysAPI.Owner {
				t.Errorf("the caller is %s with %s", caller.Owner, token.ID)
			}
		})
	}
}

func TestAKeyMakesTheCallerWhereNothingIsNeeded(t *testing.T) {
	w := newKeysWorld(t)
	credential := keys(w.keyFor([]pat.Scope{keysPing}, map[pat.Scope]int64{keysPing: 1}).Secret)
	credential.Needs = ""
	for range 2 { // no scope is named, so no call of one is counted
		_, err := w.Authenticate(w.ctx, credential)
		w.must(err)
	}
}

func TestASuperuserIsOnlyWhereThereIsOne(t *testing.T) {
	w := newKeysWorld(t)
	other := keys(theSuperusers)
	other.Product.Superuser = false
	_, err := w.Authenticate(w.ctx, other)
	w.refused(err, pat.CodeUnauthenticated)
	_, err = w.Authenticate(w.ctx, bearer(theSuperusers))
	w.refused(err, pat.CodeUnauthenticated)
	without := newWorld(t)
	for _, key := range []pat.Secret{{}, pat.NewSecret(""), theSuperusers} {
		_, err := without.Authenticate(without.ctx, keys(key))
		without.refused(err, pat.CodeUnauthenticated)
	}
}

func TestAKeyThatCannotBeJudgedDecidesNothing(t *testing.T) {
	for _, method := range []string{"Token", "Owner", "SpendCalls"} {
		t.Run(method, func(t *testing.T) {
			w := newKeysWorld(t)
			made := w.keyFor([]pat.Scope{keysCreate}, map[pat.Scope]int64{keysCreate: 5})
			w.store.fail(method, errors.New("the store is down"))
			_, err := w.Authenticate(w.ctx, keys(made.Secret, theSuperusers))
			w.refused(err, pat.CodeUnavailable)
		})
	}
}

func TestACallIsCountedOnceTheCallerIsKnownAndARefusedOneIsNot(t *testing.T) {
	w := newKeysWorld(t)
	made := w.keyFor([]pat.Scope{keysCreate, keysPing}, map[pat.Scope]int64{keysCreate: 2, keysPing: 9})
	for used := int64(1); used <= 2; used++ {
		if token, _ := w.byKeys(made.Secret).Token(); token.Usage.Calls[keysCreate] != used {
			t.Errorf("%v are used", token.Usage.Calls)
		}
	}
	_, err := w.Authenticate(w.ctx, keys(made.Secret))
	w.refused(err, pat.CodeInsufficientScope)
	other := keys(made.Secret)
	other.Needs = "hoprd:tokensDelete"
	_, err = w.Authenticate(w.ctx, other)
	w.refused(err, pat.CodeInsufficientScope)
	if got := w.record(made.Token.Prefix).Usage.Calls; got[keysCreate] != 2 || got[keysPing] != 0 {
		t.Errorf("%v are used", got)
	}
}

func TestWhatIsGrantedIsForThisCallAlone(t *testing.T) {
	w := newKeysWorld(t)
	made := w.keyFor([]pat.Scope{keysCreate}, nil)
	granted := w.byKeys(made.Secret)
	_, err := w.Create(w.ctx, granted, pat.CreateRequest{Scopes: []pat.Scope{pat.ScopeAdminAll}})
	w.refused(err, pat.CodeForbidden)
	bare := keys(made.Secret)
	bare.Grants = nil
	caller, err := w.Authenticate(w.ctx, bare)
	w.must(err)
	_, err = w.Create(w.ctx, caller, pat.CreateRequest{Scopes: []pat.Scope{keysCreate}})
	w.refused(err, pat.CodeInsufficientScope)
}

func TestATokenOfAProductsOwnEndsByItsString(t *testing.T) {
	w := newKeysWorld(t)
	root := w.byKeys(theSuperusers)
	made, native := w.keyFor([]pat.Scope{keysCreate}, nil), w.create(w.as("alice"))
	short := w.create(root, func(r *pat.CreateRequest) {
		*r = pat.CreateRequest{Scopes: []pat.Scope{keysPing}, Expiry: pat.Expiry{After: time.Minute}}
	})
	w.must(w.RevokeSecret(w.ctx, w.byKeys(made.Secret), made.Secret)) // itself, even
	w.clock.advance(time.Minute)
	for name, secret := range map[string]pat.Secret{"ended": made.Secret, "expired": short.Secret, "another product's": native.Secret,
		"none": pat.NewSecret("nonsense"), "the superuser's": theSuperusers} {
		if err := w.RevokeSecret(w.ctx, root, secret); pat.CodeOf(err) != pat.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
	w.wantVerdict(native.Secret, pat.VerifyValid)
	w.store.fail("Token", errors.New("the store is down"))
	w.refused(w.RevokeSecret(w.ctx, root, made.Secret), pat.CodeUnavailable)
}

func TestAStringEndsNoTokenButTheProductsOwnThatHasIt(t *testing.T) {
	for name, edit := range map[string]func(*pat.Token){
		"another secret":  func(t *pat.Token) { t.Hash = pat.NewSecret("another").Hash() },
		"another product": func(t *pat.Token) { t.Product = pat.Native },
		"another owner":   func(t *pat.Token) { t.Owner = pat.UserID("alice") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newKeysWorld(t)
			made := w.keyFor([]pat.Scope{keysPing}, nil)
			w.rewrite(made.Token.Prefix, edit)
			w.refused(w.RevokeSecret(w.ctx, w.byKeys(theSuperusers), made.Secret), pat.CodeNotFound)
			if !w.record(made.Token.Prefix).RevokedAt.IsZero() {
				t.Error("it is revoked all the same")
			}
		})
	}
}

func TestWhoMayNotWriteEndsNoTokenByItsString(t *testing.T) {
	w := newKeysWorld(t)
	made := w.keyFor([]pat.Scope{keysCreate}, nil)
	credential := keys(made.Secret)
	credential.Grants = nil
	caller, err := w.Authenticate(w.ctx, credential)
	w.must(err)
	w.refused(w.RevokeSecret(w.ctx, caller, made.Secret), pat.CodeInsufficientScope)
	w.wantVerdict(made.Secret, pat.VerifyValid)
}

// Where one owner stands for everybody, makers are counted by where they come from: what they make could make more.
func TestMakersOfAProductsOwnTokensAreThrottledByTheirNetwork(t *testing.T) {
	w := newKeysWorld(t, withPolicy(func(p *pat.Policy) { p.Creates = pat.Rate{PerMinute: 2, Burst: 3} }))
	maker := w.keyFor([]pat.Scope{keysCreate}, nil)
	req := pat.CreateRequest{Scopes: []pat.Scope{keysCreate}}
	for range 2 {
		maker.Secret = w.create(w.byKeys(maker.Secret), func(r *pat.CreateRequest) { *r = req }).Secret
	}
	_, err := w.Create(w.ctx, w.byKeys(maker.Secret), req)
	w.refused(err, pat.CodeRateLimited)
	elsewhere := keys(maker.Secret)
	elsewhere.Source = from("2001:db8::7")
	caller, err := w.Authenticate(w.ctx, elsewhere)
	w.must(err)
	_, err = w.Create(w.ctx, caller, req)
	w.must(err)
	w.create(w.as("alice"))
}

func TestCreatesWithoutALimitDoNotStandInEachOthersWay(t *testing.T) {
	w := newKeysWorld(t)
	w.keyFor([]pat.Scope{keysPing}, nil)
	row := w.row(keysAPI.Owner)
	w.keyFor([]pat.Scope{keysPing}, nil)
	if diff := compare(row, w.row(keysAPI.Owner)); diff != "" || w.store.calls("CountLive") != 0 {
		t.Errorf("the owner's row has moved, or his tokens were counted: %s", diff)
	}
	w.store.first("CreateToken", func() { // while one is under way, another need not wait for it
		ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
		defer cancel()
		_, err := w.Create(ctx, w.byKeys(theSuperusers), pat.CreateRequest{Scopes: []pat.Scope{keysPing}})
		w.must(err)
	})
	w.keyFor([]pat.Scope{keysPing}, nil)
	w.store.first("CreateToken", func() {
		w.rewriteOwner(keysAPI.Owner, func(o *pat.Owner) { o.Suspended, o.Epoch = true, o.Epoch+1 })
	})
	_, err := w.Create(w.ctx, w.byKeys(theSuperusers), pat.CreateRequest{Scopes: []pat.Scope{keysPing}})
	w.refused(err, pat.CodeForbidden) // once he is suspended, none is made any more
}
