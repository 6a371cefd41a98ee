package pat_test

import (
	"strings"
	"testing"

	"latchkey/shared/pat"
)

func TestAnOwnersIDIsReadWhole(t *testing.T) {
	for _, c := range []struct {
		text        string
		user        bool
		group, name string
	}{
		{"user#alice", true, "", "alice"},
		{"user#a", true, "", "a"},
		{"user#0.a_b-c", true, "", "0.a_b-c"},
		{"user#" + strings.Repeat("a", 64), true, "", strings.Repeat("a", 64)},
		{"group#7", false, "7", "7"},
		{"group#A.b:c_d-e", false, "A.b:c_d-e", "A.b:c_d-e"},
		{"oidc#0123456789abcdef#auth0|42", false, "", "auth0|42"},
		{"oidc#0123456789abcdef#a#b", false, "", "a#b"},
		{"oidc#0123456789abcdef#" + strings.Repeat("s", 255), false, "", strings.Repeat("s", 255)},
	} {
		t.Run(c.text, func(t *testing.T) {
			id, ok := pat.ParseOwnerID(c.text)
			if !ok || string(id) != c.text || id.IsUser() != c.user || id.Group() != c.group || id.Name() != c.name {
				t.Errorf("read as %q, %t: user %t, group %q, name %q", id, ok, id.IsUser(), id.Group(), id.Name())
			}
		})
	}
	if id := pat.UserID("alice"); id != "user#alice" {
		t.Errorf("the user alice is %s", id)
	}
	if id := pat.GroupID("7"); id != "group#7" {
		t.Errorf("group 7 is %s", id)
	}
}

func TestWhatIsNoOwnersIDIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                     "",
		"a name alone":                "alice",
		"another kind":                "robot#hoprd",
		"a service without a name":    "service#",
		"a service in capitals":       "service#HOPRd",
		"a kind in capitals":          "User#alice",
		"a user without a name":       "user#",
		"a user in capitals":          "user#Alice",
		"a user led by a dot":         "user#.alice",
		"a user with a newline":       "user#alice\n",
		"a user with a hash":          "user#alice#x",
		"a user of 65 characters":     "user#" + strings.Repeat("a", 65),
		"a user beyond ASCII":         "user#alicé",
		"a group without an id":       "group#",
		"a group with a space":        "group#a b",
		"a group with a slash":        "group#a/b",
		"a group of 65 characters":    "group#" + strings.Repeat("7", 65),
		"a subject without an issuer": "oidc##alice",
		"a subject without anything":  "oidc#",
		"an issuer without a subject": "oidc#0123456789abcdef#",
		"an issuer alone":             "oidc#0123456789abcdef",
		"a short issuer":              "oidc#0123456789abcde#alice",
		"a long issuer":               "oidc#0123456789abcdef0#alice",
		"an issuer that is no hash":   "oidc#0123456789abcdeg#alice",
		"an issuer in capitals":       "oidc#0123456789ABCDEF#alice",
		"an issuer of control bytes":  "oidc#" + strings.Repeat("\n", 16) + "#alice",
		"a subject with a space":      "oidc#0123456789abcdef#a b",
		"a subject with a NUL":        "oidc#0123456789abcdef#a\x00",
		"a subject beyond ASCII":      "oidc#0123456789abcdef#é",
		"a subject of 256 characters": "oidc#0123456789abcdef#" + strings.Repeat("s", 256),
	} {
		t.Run(name, func(t *testing.T) {
			if id, ok := pat.ParseOwnerID(text); ok {
				t.Errorf("%q is taken as %s", text, id)
			}
		})
	}
}
