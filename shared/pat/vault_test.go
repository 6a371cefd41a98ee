package pat_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
)

// code is a secret that is shown again.
var code = pat.NewSecret("code" + syllable + strings.Repeat("Q7", 20))

// aToken is the record that it is of.
func aToken() pat.Token {
	return pat.Token{Prefix: testPrefix, ID: "0195a0fe-958a-8a08-8cce-83f006828680", Owner: "user#alice"}
}

func (w *world) seal(t pat.Token, secret pat.Secret) []byte {
	w.t.Helper()
	sealed, err := w.Seal(w.ctx, t, secret)
	w.must(err)
	return sealed
}

// opens wants what is sealed to open for the record.
func (w *world) opens(t pat.Token, sealed []byte, want pat.Secret) {
	w.t.Helper()
	got, err := w.Unseal(w.ctx, t, sealed)
	w.saw(err)
	w.must(err)
	if got.Reveal() != want.Reveal() {
		w.t.Errorf("what was opened is another secret, of %d bytes", len(got.Reveal()))
	}
}

// shut wants it not to open.
func (w *world) shut(t pat.Token, sealed []byte, code pat.Code) *pat.Error {
	w.t.Helper()
	got, err := w.Unseal(w.ctx, t, sealed)
	if !got.IsZero() {
		w.t.Errorf("it opened, by %d bytes", len(got.Reveal()))
	}
	return w.refused(err, code)
}

func TestWhatIsSealedOpensForItsRecordAlone(t *testing.T) {
	w := sealedWorld(t)
	sealed := w.seal(aToken(), code)
	w.opens(aToken(), sealed, code)
	for name, edit := range map[string]func(*pat.Token){
		"another id":        func(t *pat.Token) { t.ID = "0195a0fe-958a-8a08-8cce-83f006828681" },
		"another prefix":    func(t *pat.Token) { t.Prefix = "0000000000000000" },
		"another owner":     func(t *pat.Token) { t.Owner = "user#bob" },
		"a shifted border":  func(t *pat.Token) { t.ID, t.Owner = t.ID+"u", t.Owner[1:] },
		"a border backward": func(t *pat.Token) { t.ID, t.Owner = t.ID[:35], pat.OwnerID(t.ID[35:])+t.Owner },
		"no names":          func(t *pat.Token) { *t = pat.Token{} },
	} {
		t.Run(name, func(t *testing.T) {
			w.in(t)
			other := aToken()
			edit(&other)
			w.shut(other, sealed, pat.CodeInternal)
		})
	}
	changed := aToken() // but in nothing that says whose it is
	changed.Name, changed.Version, changed.Disabled = "renamed", 9, true
	w.opens(changed, sealed, code)
}

func TestASealedSecretNamesItsKeyAndNothingElse(t *testing.T) {
	w := sealedWorld(t)
	one, two := w.seal(aToken(), code), w.seal(aToken(), code)
	id := w.vault()[0].ID
	if !bytes.HasPrefix(one, []byte(id)) || bytes.Contains(one, []byte(code.Reveal())) || bytes.Equal(one, two) {
		t.Errorf("sealed under %s, it is %q and again %q", id, one, two)
	}
	if n := len(w.seal(aToken(), pat.NewSecret(strings.Repeat("x", 472)))); n != 512 {
		t.Errorf("the longest has %d bytes", n)
	}
	for _, text := range []string{"", strings.Repeat("x", 473)} {
		_, err := w.Seal(w.ctx, aToken(), pat.NewSecret(text))
		w.refused(err, pat.CodeInternal)
	}
}

func TestWhatWasChangedDoesNotOpen(t *testing.T) {
	w := sealedWorld(t)
	sealed := w.seal(aToken(), code)
	rapid.Check(t, func(t *rapid.T) {
		damaged := slices.Clone(sealed)
		switch i := rapid.IntRange(0, len(sealed)-1).Draw(t, "place"); rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			damaged[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "change"))
		case 1:
			damaged = damaged[:i]
		case 2:
			damaged = append(damaged, rapid.SliceOfN(rapid.Byte(), 1, 600).Draw(t, "more")...)
		}
		if got, err := w.Unseal(w.ctx, aToken(), damaged); pat.CodeOf(err) != pat.CodeInternal || !got.IsZero() {
			t.Fatalf("got %v", err)
		}
	})
}

func FuzzUnseal(f *testing.F) {
	w := sealedWorld(f)
	sealed := w.seal(aToken(), code)
	for _, seed := range [][]byte{nil, sealed[:12], sealed[:40], sealed[:41], bytes.Repeat([]byte{0}, 512), bytes.Repeat([]byte("x"), 513)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, under := range [][]byte{nil, sealed[:12]} { // also with a key that there is
			if got, err := w.Unseal(context.Background(), aToken(), append(slices.Clone(under), text...)); pat.CodeOf(err) != pat.CodeInternal || !got.IsZero() {
				t.Errorf("got %v", err)
			}
		}
	})
}

func TestWithoutASealingKeyNothingIsSealed(t *testing.T) {
	w := newWorld(t) // its store has keys, as an earlier version made them
	_, err := w.Seal(w.ctx, aToken(), code)
	e := w.refused(err, pat.CodeUnavailable)
	if !strings.Contains(e.Err.Error(), "latchkey admin bootstrap") || e.RetryAfter == 0 {
		t.Errorf("the log is told %v", e.Err)
	}
	before, err := w.store.Store.Keys(w.ctx)
	w.must(err)
	if vault := w.vault(); len(vault) != 1 || vault[0].KMS != "" || len(vault[0].Key) != 32 {
		t.Errorf("the keys are %+v", vault)
	}
	after, err := w.store.Store.Keys(w.ctx)
	w.must(err)
	if !bytes.Equal(before.Seal, after.Seal) || !bytes.Equal(before.Tag[0], after.Tag[0]) {
		t.Error("other keys have changed")
	}
	w.clock.advance(10 * time.Second) // for so long what was just read is new
	w.opens(aToken(), w.seal(aToken(), code), code)
}

func TestAKeyOfAnotherSizeSealsNothing(t *testing.T) {
	store := mem.New()
	w := sealing(t, store, wrappedBy("arn:one"), &fakeWrapper{}, 0)
	w.vault()
	for name, edit := range map[string]func(*pat.VaultKey){
		"plain":   func(k *pat.VaultKey) { *k = pat.VaultKey{ID: k.ID, Key: make([]byte, 16)} },
		"wrapped": func(k *pat.VaultKey) { k.KMS, k.Wrapped, k.Key = "arn:one", []byte("arn:one/"+k.ID+"/short"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			w.in(t)
			keys, err := store.Keys(w.ctx)
			w.must(err)
			edit(&keys.Vault[0])
			w.must(store.PutKeys(w.ctx, keys, keys.Version))
			w.clock.advance(time.Minute)
			_, err = w.Seal(w.ctx, aToken(), code)
			w.refused(err, pat.CodeInternal)
		})
	}
}

func TestASilentStoreIsNoVerdictOnASecret(t *testing.T) {
	w := sealedWorld(t)
	sealed := w.seal(aToken(), code)
	w.store.fail("Keys", errors.New("the store is down"))
	w.opens(aToken(), sealed, code) // its key is known here
	w.clock.advance(time.Minute)
	_, err := w.Seal(w.ctx, aToken(), code)
	w.refused(err, pat.CodeUnavailable)
	w.shut(aToken(), append([]byte("anotherkeyid"), sealed[12:]...), pat.CodeUnavailable)
}
