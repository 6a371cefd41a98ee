package pat_test

import (
	"testing"

	"latchkey/shared/pat"
)

// witness is a test that only notes whether it failed.
type witness struct {
	testing.TB
	failed bool
}

func (w *witness) Errorf(string, ...any) { w.failed = true }

func TestASecretThatIsWrittenDownIsNoticed(t *testing.T) {
	secret := mint(t, newStringsOf("pat"), pat.ShapeNative, testPrefix)
	hopr := mint(t, newStringsOf("pat"), pat.ShapeHOPRd, testPrefix)
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"nothing", "", false},
		{"an address", "token " + string(testPrefix) + " revoked", false},
		{"a secret made here", "err=" + secret + ".", true},
		{"the random part of it", secret[len(secret)-56:], true},
		{"a secret made elsewhere", mint(t, newStringsOf("other"), pat.ShapeNative, "0000000000000000"), true},
		{"a secret of another shape", hopr, true},
		{"a password", "password=" + password, true},
	} {
		seen := &witness{TB: t}
		w := &world{t: seen, written: &written{}, secrets: []string{secret, hopr}}
		w.written.add(c.text)
		if w.checkSilence(); seen.failed != c.want {
			t.Errorf("%s is noticed: %t, want %t", c.name, seen.failed, c.want)
		}
	}
}
