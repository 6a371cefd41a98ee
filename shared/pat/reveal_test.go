package pat_test

import (
	"bytes"
	"testing"
	"time"

	"latchkey/shared/pat"
)

var showsAgain = pat.Product{Name: pat.Quay, Shape: pat.ShapeQuay, Secludes: true, Forgets: true, Lasts: true, Mute: true, Nameless: true, AnyName: 255, Reveals: true}

func TestASecretIsRevealedToItsOwnerAloneAndWipedByARevocation(t *testing.T) {
	w := newWorld(t)
	w.withVault()
	alice := w.through(showsAgain, "alice")
	made := w.create(alice, withExpiry(pat.Expiry{After: time.Hour}))
	got, err := w.Reveal(w.ctx, alice, made.Token.ID)
	w.must(err)
	if got.Secret.Reveal() != made.Secret.Reveal() || got.Token.ID != made.Token.ID {
		t.Errorf("it reveals another secret")
	}
	sealed := w.record(made.Token.Prefix).Sealed
	if len(sealed) == 0 || bytes.Contains(sealed, []byte(made.Secret.Reveal()[60:])) {
		t.Errorf("the record holds %q", sealed)
	}
	for _, other := range []pat.Caller{w.as("alice"), w.through(showsAgain, "bob"), w.through(showsAgain, root), w.as(root)} {
		_, err := w.Reveal(w.ctx, other, made.Token.ID)
		w.refused(err, pat.CodeNotFound)
	}
	native := w.create(w.as("alice"))
	if len(w.record(native.Token.Prefix).Sealed) != 0 {
		t.Error("a token of another product is sealed")
	}

	w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: made.Token.ID}))
	if left := w.record(made.Token.Prefix).Sealed; len(left) != 0 {
		t.Errorf("after the revocation the record holds %q", left)
	}
	_, err = w.Reveal(w.ctx, alice, made.Token.ID)
	w.refused(err, pat.CodeNotFound)
}

func TestAnExpiredSecretIsNotRevealed(t *testing.T) {
	w := newWorld(t)
	w.withVault()
	alice := w.through(showsAgain, "alice")
	made := w.create(alice, withExpiry(pat.Expiry{After: time.Hour}))
	w.clock.advance(time.Hour)
	_, err := w.Reveal(w.ctx, w.through(showsAgain, "alice"), made.Token.ID)
	w.refused(err, pat.CodeNotFound)
}

func TestASecretIsRevealedByItsOwnProductAlone(t *testing.T) {
	for name, edit := range map[string]func(*pat.Product){
		"one that shows none again": func(r *pat.Product) { r.Reveals = false },
		"another":                   func(r *pat.Product) { r.Name, r.Secludes = pat.Authlance, false },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.withVault()
			made := w.create(w.through(showsAgain, "alice"))
			product := showsAgain
			edit(&product)
			_, err := w.Reveal(w.ctx, w.through(product, "alice"), made.Token.ID)
			w.refused(err, pat.CodeNotFound)
		})
	}
}

func TestWhoSeesATokenThatIsNotHisOwnIsNotShownItsSecret(t *testing.T) {
	w := newWorld(t)
	w.withVault()
	w.rewriteOwner(w.as("alice").Owner, inGroup("7", pat.RoleAdmin))
	groups := w.create(w.through(showsAgain, "alice"), func(r *pat.CreateRequest) { r.Group = "7" })
	alice := w.through(showsAgain, "alice")
	_, err := w.Get(w.ctx, alice, groups.Token.ID)
	w.must(err)
	_, err = w.Reveal(w.ctx, alice, groups.Token.ID)
	w.refused(err, pat.CodeNotFound)
}

func TestASecretThatIsNotTheTokensIsNotRevealed(t *testing.T) {
	w := newWorld(t)
	w.withVault()
	alice := w.through(showsAgain, "alice")
	made := w.create(alice)
	w.rewrite(made.Token.Prefix, func(t *pat.Token) { t.Hash = pat.NewSecret("another").Hash() })
	got, err := w.Reveal(w.ctx, alice, made.Token.ID)
	w.refused(err, pat.CodeInternal)
	if !got.Secret.IsZero() {
		t.Error("it is revealed beside the error")
	}
}

// withVault gives the world a key that seals.
func (w *world) withVault() {
	w.t.Helper()
	_, err := w.Bootstrap(w.ctx, root, func() (pat.Secret, error) { return pat.NewSecret(password), nil })
	w.must(err)
}
