package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/session"
)

func TestKeysRotate(t *testing.T) {
	older, newer := newKey(t, "older"), newKey(t, "newer")
	newer.CreatedAt = noon
	before, after, without := newSigner(older), newSigner(newer, older), newSigner(newer)
	fromOld, fromNew := issue(t, before, aSession()), issue(t, after, aSession())
	for _, c := range []struct {
		name   string
		reader *session.Signer
		jwt    pat.Secret
		want   error
	}{
		{"the older key still verifies", after, fromOld, nil},
		{"the newer key signs", without, fromNew, nil},
		{"a key that is gone is nobody's of ours", without, fromOld, pat.ErrForeign},
		{"a key not yet known is nobody's of ours", before, fromNew, pat.ErrForeign},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.reader.Read(t.Context(), c.jwt, noon); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// TestAStolenKeyIsOfNoUseForEver has somebody sign, with a key that was replaced at noon, a session for a year.
func TestAStolenKeyIsOfNoUseForEver(t *testing.T) {
	older, newer := newKey(t, "older"), newKey(t, "newer")
	newer.CreatedAt = noon
	s := aSession()
	s.ExpiresAt = noon.AddDate(1, 0, 0)
	jwt := issue(t, newSigner(older), s)
	reader := newSigner(newer, older)
	for after, want := range map[time.Duration]error{0: nil, 24 * time.Hour: nil, 24*time.Hour + 10*time.Second: pat.ErrForeign} {
		if _, err := reader.Read(t.Context(), jwt, noon.Add(after)); !errors.Is(err, want) {
			t.Errorf("%s after: %v, want %v", after, err, want)
		}
	}
}

// counting is a store whose keys a test replaces, and that counts how often they are read.
type counting struct {
	stub
	reads int
}

func (c *counting) Keys(ctx context.Context) (pat.Keys, error) {
	c.reads++
	return c.stub.Keys(ctx)
}

func TestAKeyThatIsMissedIsLookedForAgain(t *testing.T) {
	older, newer := newKey(t, "older"), newKey(t, "newer")
	newer.CreatedAt = noon
	store := &counting{stub: stub{keys: pat.Keys{Signing: []pat.SigningKey{older}}}}
	reader := session.New(pat.NewKeyRing(store), issuer, nil)
	read := func(jwt pat.Secret, now time.Time) error {
		_, err := reader.Read(t.Context(), jwt, now)
		return err
	}
	if err := read(issue(t, newSigner(older), aSession()), noon); err != nil || store.reads != 1 {
		t.Fatalf("%v after %d reads", err, store.reads)
	}
	store.keys.Signing = []pat.SigningKey{newer, older}
	if err := read(issue(t, newSigner(newer), aSession()), noon); err != nil || store.reads != 2 {
		t.Errorf("%v after %d reads", err, store.reads)
	}
	stranger := issue(t, newSigner(newKey(t, "stranger")), aSession())
	for after, want := range map[time.Duration]int{0: 2, 9 * time.Second: 2} {
		if err := read(stranger, noon.Add(after)); !errors.Is(err, pat.ErrForeign) || store.reads != want {
			t.Errorf("a stranger's, %s later: %v after %d reads", after, err, store.reads)
		}
	}
	if err := read(stranger, noon.Add(10*time.Second)); !errors.Is(err, pat.ErrForeign) || store.reads != 3 {
		t.Errorf("a stranger's, later: %v after %d reads", err, store.reads)
	}
	store.err = errors.New("the disk is gone")
	if err := read(stranger, noon.Add(time.Minute)); pat.CodeOf(err) != pat.CodeUnavailable {
		t.Errorf("without the store: %v", err)
	}
	if err := read(issue(t, newSigner(newer), aSession()), noon.Add(time.Minute)); err != nil {
		t.Errorf("a key that is known needs no store: %v", err)
	}
}

func TestAReplacedKeySignsNoMore(t *testing.T) {
	older, newer := newKey(t, "older"), newKey(t, "newer")
	store := &counting{stub: stub{keys: pat.Keys{Signing: []pat.SigningKey{older}}}}
	signer := session.New(pat.NewKeyRing(store), issuer, nil)
	issue(t, signer, aSession())
	store.keys.Signing = []pat.SigningKey{newer, older}
	late := aSession()
	late.IssuedAt = noon.Add(10 * time.Second)
	if _, err := newSigner(newer).Read(t.Context(), issue(t, signer, late), late.IssuedAt); err != nil {
		t.Error(err)
	}
}

func TestAKeyWhosePrivateHalfIsGoneSignsNothing(t *testing.T) {
	k := newKey(t, "k1")
	public, err := k.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	signer := newSigner(pat.SigningKey{ID: "k1", Public: pkix(t, public)})
	if _, err := signer.Issue(t.Context(), aSession()); err == nil || !strings.Contains(err.Error(), "run `latchkey admin bootstrap`") {
		t.Error(err)
	}
	if _, err := signer.Read(t.Context(), issue(t, newSigner(k), aSession()), noon); err != nil {
		t.Error(err)
	}
}
