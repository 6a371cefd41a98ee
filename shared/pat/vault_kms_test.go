package pat_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
)

func TestKMSIsAskedWhenSomethingIsSealedAndThenNoMore(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	sealing(t, store, wrappedBy("arn:one"), kms, 0).vault()
	if got := kms.taken(); !slices.Equal(got, []string{"wrap by arn:one"}) {
		t.Errorf("the bootstrap asked KMS to %q", got)
	}
	w := sealing(t, store, wrappedBy("arn:one"), kms, 1)
	w.vault()
	w.must(w.Ready(w.ctx))
	if got := kms.taken(); len(got) > 0 {
		t.Errorf("a start asked KMS to %q", got)
	}
	sealed := w.seal(aToken(), code)
	for range 3 {
		w.opens(aToken(), sealed, code)
		w.clock.advance(time.Hour)
		w.seal(aToken(), code)
	}
	if got := kms.taken(); !slices.Equal(got, []string{"unwrap by arn:one"}) {
		t.Errorf("sealing asked KMS to %q", got)
	}
}

func TestManyAtOnceAskKMSOnce(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	w := sealing(t, store, wrappedBy("arn:one"), kms, 0)
	w.vault()
	sealed := w.seal(aToken(), code)
	kms.taken()
	kms.hangs = make(chan struct{})
	w = sealing(t, store, nil, kms, 1)
	w.must(w.Ready(w.ctx))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if got, err := w.Unseal(w.ctx, aToken(), sealed); err != nil || got.Reveal() != code.Reveal() {
				t.Errorf("got %v", err)
			}
		})
	}
	hurried, cancel := context.WithCancel(w.ctx)
	cancel()
	_, err := w.Unseal(hurried, aToken(), sealed) // it waits for KMS no longer than its caller does
	if w.refused(err, pat.CodeUnavailable); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(kms.hangs)
	all.Wait()
	if got := kms.taken(); !slices.Equal(got, []string{"unwrap by arn:one"}) {
		t.Errorf("KMS was asked to %q", got)
	}
}

func TestWhoGoesAwayLeavesTheKeyForTheNext(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	w := sealing(t, store, wrappedBy("arn:one"), kms, 0)
	w.vault()
	sealed := w.seal(aToken(), code)
	kms.taken()
	w = sealing(t, store, nil, kms, 1)
	hurried, cancel := context.WithCancel(w.ctx)
	kms.first = cancel
	_, _ = w.Unseal(hurried, aToken(), sealed) // whatever comes of it
	w.opens(aToken(), sealed, code)
	if got := kms.taken(); !slices.Equal(got, []string{"unwrap by arn:one"}) {
		t.Errorf("KMS was asked to %q", got)
	}
}

func TestWhileKMSFailsNothingIsDecided(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	w := sealing(t, store, wrappedBy("arn:one"), kms, 0)
	w.vault()
	sealed := w.seal(aToken(), code)
	w = sealing(t, store, nil, kms, 1)
	kms.fail(errors.New("KMS is down"))
	for range 2 { // a failure is not kept
		if e := w.shut(aToken(), sealed, pat.CodeUnavailable); e.RetryAfter == 0 || !errors.Is(e.Err, kms.fails) {
			t.Errorf("got %+v", e)
		}
		_, err := w.Seal(w.ctx, aToken(), code)
		w.refused(err, pat.CodeUnavailable)
	}
	kms.fail(nil)
	w.opens(aToken(), sealed, code)
	kms.fail(errors.New("KMS is down"))
	w.opens(aToken(), sealed, code) // its key is kept
}

func TestAProcessWithoutKMSSaysWhichSettingIsMissing(t *testing.T) {
	store := mem.New()
	w := sealing(t, store, wrappedBy("arn:one"), &fakeWrapper{}, 0)
	w.vault()
	sealed := w.seal(aToken(), code)
	w = sealing(t, store, nil, nil, 1)
	if e := w.shut(aToken(), sealed, pat.CodeUnavailable); !strings.Contains(e.Err.Error(), "set LATCHKEY_SEALING_KEY to kms:arn:one") {
		t.Errorf("the log is told %v", e.Err)
	}
}

// TestTheSealingKeyMoves goes from place to place. What was sealed in each opens in all that follow.
func TestTheSealingKeyMoves(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	var sealed [][]byte
	for hour, step := range []struct {
		name    string
		setting *pat.SealingKey
		want    []string // by which key of KMS each is wrapped
	}{
		{"nobody says where", unset, []string{""}},
		{"it is there", inStore, []string{""}},
		{"to KMS, which wraps the other too", wrappedBy("arn:one"), []string{"arn:one", "arn:one"}},
		{"nobody says where, later", unset, []string{"arn:one", "arn:one"}},
		{"to another key", wrappedBy("arn:two"), []string{"arn:two", "arn:one", "arn:one"}},
		{"back to the store", inStore, []string{"", "arn:two", "arn:one", "arn:one"}},
		{"and back to KMS", wrappedBy("arn:one"), []string{"arn:one", "arn:one", "arn:two", "arn:one", "arn:one"}},
	} {
		t.Run(step.name, func(t *testing.T) {
			w := sealing(t, store, step.setting, kms, hour)
			var got []string
			vault := w.vault()
			for _, k := range vault {
				got = append(got, k.KMS)
				if (k.KMS == "") != (len(k.Key) == 32) || (k.KMS == "") != (k.Wrapped == nil) || (k.KMS == "") == (k.Key == nil) {
					t.Errorf("a key is %+v", k)
				}
			}
			if !slices.Equal(got, step.want) {
				t.Errorf("the keys are wrapped by %q, want %q", got, step.want)
			}
			if made := w.store.calls("PutKeys") > 0; made != vault[0].CreatedAt.Equal(w.clock.Now()) {
				t.Errorf("keys were written: %t, and the newest is of %s", made, vault[0].CreatedAt)
			}
			sealed = append(sealed, w.seal(aToken(), code))
			for _, text := range sealed {
				w.opens(aToken(), text, code)
			}
		})
	}
}

func TestSealingKeysAreBounded(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	var sealed [][]byte
	var w *world
	for hour := range pat.MaxVaultKeys + 1 {
		w = sealing(t, store, wrappedBy("arn:"+strings.Repeat("x", hour)), kms, hour)
		if n := len(w.vault()); n != min(hour+1, pat.MaxVaultKeys) {
			t.Errorf("there are %d keys", n)
		}
		sealed = append(sealed, w.seal(aToken(), code))
	}
	w.shut(aToken(), sealed[0], pat.CodeInternal)
	for _, text := range sealed[1:] {
		w.opens(aToken(), text, code)
	}
}

func TestAKeyThatAnotherProcessHasMadeIsFound(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	w := sealing(t, store, nil, kms, 0)
	first := w.vault()[0].ID
	w.seal(aToken(), code)
	mover := sealing(t, store, wrappedBy("arn:one"), kms, 1)
	second := mover.vault()[0].ID
	read := w.store.calls("Keys")
	for range 2 {
		w.opens(aToken(), mover.seal(aToken(), code), code) // it reads the keys again, once
	}
	if n := w.store.calls("Keys"); n != read+1 {
		t.Errorf("the keys were read %d times more", n-read)
	}
	w.clock.advance(10 * time.Second)
	if text := w.seal(aToken(), code); string(text[:12]) != second || first == second {
		t.Errorf("it was sealed under %s, not %s", text[:12], second)
	}
}

func TestAStartThatCannotWrapWritesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		wrapper pat.KeyWrapper
		code    pat.Code
	}{
		"KMS is down":            {&fakeWrapper{fails: errors.New("KMS is down")}, pat.CodeUnavailable},
		"there is nothing of it": {nil, pat.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			w := sealing(t, mem.New(), wrappedBy("arn:one"), c.wrapper, 0)
			w.refused(errOf(w.Bootstrap(w.ctx, "admin", notAsked(t))), c.code)
			if n := w.store.calls("PutKeys"); n != 0 {
				t.Errorf("keys were written %d times", n)
			}
		})
	}
}

func TestTwoStartsAtOnceEndWithOneSealingKey(t *testing.T) {
	store, kms := mem.New(), &fakeWrapper{}
	sealing(t, store, nil, nil, 0).vault()
	w := sealing(t, store, wrappedBy("arn:one"), kms, 1)
	var other []pat.VaultKey
	w.store.first("PutKeys", func() { other = sealing(t, store, wrappedBy("arn:one"), kms, 2).vault() })
	if diff := compare(other, w.vault()); diff != "" || len(other) != 2 {
		t.Errorf("-want +got:\n%s", diff)
	}
}
