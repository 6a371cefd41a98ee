package pat_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

const hush = "correct-horse-battery-staple"

func TestASecretPrintsRedactedUnderEveryVerb(t *testing.T) {
	secret := pat.NewSecret(hush)
	type open struct {
		Name   string
		Secret pat.Secret
	}
	type closed struct{ secret pat.Secret }
	values := map[string]any{
		"itself":                      secret,
		"a pointer":                   &secret,
		"in a struct":                 open{"a", secret},
		"in a pointer to a struct":    &open{"a", secret},
		"in an unexported field":      closed{secret},
		"in a pointer to such a one":  &closed{secret},
		"in a slice":                  []pat.Secret{secret},
		"in a map":                    map[string]pat.Secret{"a": secret},
		"as a key":                    map[pat.Secret]int{secret: 1},
		"in an interface":             []any{secret},
		"in a request to log in":      pat.LoginRequest{Username: "alice", Password: secret},
		"in a credential":             pat.Credential{Secret: secret},
		"in the answer of a creation": pat.CreateResult{Secret: secret},
		"in a request to verify":      pat.VerifyRequest{Token: secret},
		"in a change of a user":       pat.PatchUserRequest{Password: &secret},
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			for _, flags := range []string{"", "+", "#", "-", " ", "0", "80", ".3", "+80.3"} {
				for _, verb := range "vTtbcdoOqxXUeEfFgGspw!" {
					if text := fmt.Sprintf("%"+flags+string(verb), value); reveals(text) {
						t.Errorf("%%%s%c prints %s", flags, verb, text)
					}
				}
			}
			if text := fmt.Sprintf("%v", value); name == "itself" && text != "[redacted]" {
				t.Errorf("prints %q", text)
			}
			for _, text := range []string{fmt.Sprint(value), fmt.Sprintln(value), fmt.Errorf("doing: %v", value).Error()} {
				if reveals(text) {
					t.Errorf("prints %s", text)
				}
			}
		})
	}
}

// reveals reports whether a text has the secret, or any part of it worth having, in any common writing.
func reveals(text string) bool {
	for _, form := range []string{"horse", fmt.Sprintf("%x", "horse"), fmt.Sprintf("%X", "horse"), fmt.Sprint([]byte("horse"))} {
		if strings.Contains(text, strings.Trim(form, "[]")) {
			return true
		}
	}
	return false
}

func TestASecretIsEncodedRedacted(t *testing.T) {
	secret := pat.NewSecret(hush)
	type held struct {
		Secret  pat.Secret
		Pointer *pat.Secret
		List    []pat.Secret
	}
	value := held{secret, &secret, []pat.Secret{secret}}
	keyed, err1 := json.Marshal(map[pat.Secret]int{secret: 1})
	object, err2 := json.Marshal(value)
	markup, err3 := xml.Marshal(value)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(keyed), string(object), string(markup)} {
		if reveals(text) || !strings.Contains(text, "[redacted]") {
			t.Errorf("encoded as %s", text)
		}
	}
}

func TestASecretIsLoggedRedacted(t *testing.T) {
	secret := pat.NewSecret(hush)
	type closed struct{ secret pat.Secret }
	var out bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		log := slog.New(handler).With("with", secret)
		log.Info("plain", "secret", secret, "pointer", &secret)
		log.Info("deep", slog.Group("group", "secret", secret), "list", []pat.Secret{secret}, "closed", closed{secret})
		log.Info("error", "err", fmt.Errorf("with %v: %w", secret, &pat.Error{Code: pat.CodeInvalid, Message: fmt.Sprint(secret)}))
	}
	if text := out.String(); reveals(text) || strings.Count(text, "[redacted]") < 10 {
		t.Errorf("logged:\n%s", text)
	}
}

func TestASecretIsRevealedWholeAndOnlyOnDemand(t *testing.T) {
	secret := pat.NewSecret(hush)
	if secret.Reveal() != hush || secret.String() != "[redacted]" {
		t.Errorf("reveals %q, is written %q", secret.Reveal(), secret.String())
	}
	if secret.Hash() != pat.Hash(sha256.Sum256([]byte(hush))) {
		t.Error("the hash is not the SHA-256 of the whole string")
	}
	if !secret.Hash().Equal(pat.NewSecret(hush).Hash()) || secret.Hash().Equal(pat.NewSecret(hush+".").Hash()) {
		t.Error("hashes are equal when the strings are not, or the other way round")
	}
}

func TestNoSecretIsZeroHoweverItCameAbout(t *testing.T) {
	var none pat.Secret
	for _, secret := range []pat.Secret{none, pat.NewSecret("")} {
		if !secret.IsZero() || secret.Reveal() != "" || secret.Hash() != pat.Hash(sha256.Sum256(nil)) || secret.String() != "[redacted]" {
			t.Errorf("%q is not the absence of a secret", secret.Reveal())
		}
	}
	if pat.NewSecret(" ").IsZero() {
		t.Error("a space counts as none")
	}
}
