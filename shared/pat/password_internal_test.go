package pat

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
)

func TestAPasswordIsKnownByItsHash(t *testing.T) {
	p := newPasswords(rand.Reader)
	right := NewSecret("hush-correct-horse")
	phc, err := p.hash(t.Context(), right)
	if err != nil || !strings.HasPrefix(string(phc), "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(string(phc), "horse") {
		t.Fatalf("hashed as %q, %v", string(phc), err)
	}
	for _, c := range []struct {
		name     string
		phc      PasswordHash
		password Secret
		want     bool
	}{
		{"the right one", phc, right, true},
		{"another one", phc, NewSecret("hush-correct-house"), false},
		{"none", phc, Secret{}, false},
		{"any, where none is set", "", right, false},
		{"none, where none is set", "", Secret{}, false},
	} {
		if got, err := p.check(t.Context(), c.phc, c.password); got != c.want || err != nil {
			t.Errorf("%s fits: %t, %v; want %t", c.name, got, err, c.want)
		}
	}
}

func TestAHashThatCannotBeReadIsNoWeakerCheck(t *testing.T) {
	p := newPasswords(rand.Reader)
	for _, phc := range []PasswordHash{
		"plain", PasswordHash(phcLead), "$argon2id$", PasswordHash(phcLead + "!$!"), PasswordHash(phcLead + "AAAA"),
		"$argon2i$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$AA", "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$AA",
		PasswordHash(" " + phcLead + "MDEyMzQ1Njc4OWFiY2RlZg$AA"),
	} {
		if ok, err := p.check(t.Context(), phc, Secret{}); ok || err == nil {
			t.Errorf("%q fits: %t, %v", string(phc), ok, err)
		}
	}
}

func TestAStoredHashOfNothingFitsNothing(t *testing.T) {
	p := newPasswords(rand.Reader)
	for _, rest := range []string{"$", "MDEyMzQ1Njc4OWFiY2RlZg$", "MDEyMzQ1Njc4OWFiY2RlZg$AA"} {
		if ok, _ := p.check(t.Context(), PasswordHash(phcLead+rest), NewSecret("x")); ok {
			t.Errorf("%q fits", rest)
		}
	}
}

func TestAtMostTwoPasswordsAreHashedAtOnceUnknownUsersIncluded(t *testing.T) {
	p := newPasswords(rand.Reader)
	p.slots <- struct{}{}
	p.slots <- struct{}{}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, phc := range []PasswordHash{"", PasswordHash(phcLead + "MDEyMzQ1Njc4OWFiY2RlZg$AA")} {
		if _, err := p.check(ended, phc, NewSecret("x")); CodeOf(err) != CodeUnavailable {
			t.Errorf("checking against %q did not wait: %v", string(phc), err)
		}
	}
	if _, err := p.hash(ended, NewSecret("x")); CodeOf(err) != CodeUnavailable {
		t.Errorf("hashing did not wait: %v", err)
	}
}

func TestAPasswordIsNotHashedWithoutASalt(t *testing.T) {
	if phc, err := newPasswords(strings.NewReader("short")).hash(t.Context(), NewSecret("x")); phc != "" || err == nil {
		t.Errorf("got %q, %v", phc, err)
	}
}

func TestAPasswordHasBounds(t *testing.T) {
	for _, c := range []struct{ name, password, want string }{
		{"seven characters", "1234567", "at least 8 characters"},
		{"eight characters", "12345678", ""},
		{"eight characters of two bytes", "éééééééé", ""},
		{"seven characters of two bytes", "ééééééé", "at least 8 characters"},
		{"256 bytes", strings.Repeat("a", 256), ""},
		{"257 bytes", strings.Repeat("a", 257), "at most 256 bytes"},
		{"spaces", "        ", ""},
		{"nothing", "", "at least 8 characters"},
		{"a NUL", "1234567\x00", "a password is text"},
		{"bytes that are no text", "1234567\xff", "a password is text"},
	} {
		var p problems
		checkPassword(&p, "password", NewSecret(c.password))
		switch {
		case c.want == "" && len(p) > 0:
			t.Errorf("%s: %v", c.name, p)
		case c.want != "" && (len(p) != 1 || p[0] != FieldError{"password", c.want}):
			t.Errorf("%s: %v, want %s", c.name, p, c.want)
		}
	}
}

func TestARandomPasswordIsLongAndNeverTheSame(t *testing.T) {
	one, err1 := RandomPassword(rand.Reader)
	two, err2 := RandomPassword(rand.Reader)
	if err1 != nil || err2 != nil || len(one.Reveal()) != 20 || one.Reveal() == two.Reveal() {
		t.Errorf("%d characters, %v, %v, or the same twice", len(one.Reveal()), err1, err2)
	}
	if none, err := RandomPassword(strings.NewReader("short")); err == nil || !none.IsZero() {
		t.Errorf("without randomness: %v", err)
	}
}
