package pat_test

import (
	"strings"
	"testing"
	"unicode"

	"latchkey/shared/pat"

	"pgregory.net/rapid"
)

func TestWhatIsMintedIsParsedAndNothingNearIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key")
		brand := rapid.StringMatching(`[a-z0-9]{1,32}`).Draw(t, "brand")
		p := prefixes.Draw(t, "prefix")
		c := rapid.SampledFrom(shapeCases).Draw(t, "shape")
		s := pat.NewStrings(brand, [][]byte{key})
		secret, err := s.Mint(c.shape, p, newSeeded(rapid.String().Draw(t, "randomness")))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Parse(secret); err != nil || got != p {
			t.Fatalf("%s is read as %q, %v", secret.Reveal(), got, err)
		}
		good := []byte(secret.Reveal())
		i := rapid.IntRange(0, len(good)-1).Draw(t, "place")
		good[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "change"))
		if parses(s, string(good)) {
			t.Errorf("%q is taken, changed at %d", good, i)
		}
	})
}

func FuzzParse(f *testing.F) {
	s := newStrings(tagKey(1))
	minted := map[string]bool{}
	for _, c := range shapeCases {
		f.Add(c.golden)
		minted[c.golden] = true
		f.Add(c.golden[:len(c.golden)-1])
		f.Add(c.golden + "0")
		f.Add(strings.ToUpper(c.golden))
	}
	f.Add("")
	f.Add("acme_")
	f.Add(strings.Repeat("0", 120))
	f.Add("acme_" + strings.Repeat("\xff", 73))
	f.Fuzz(func(t *testing.T, text string) {
		p, err := s.Parse(pat.NewSecret(text))
		if (err == nil) != minted[text] {
			t.Fatalf("%q is read as %q, %v", text, p, err)
		}
		if _, ok := pat.ParsePrefix(string(p)); ok != (err == nil) {
			t.Errorf("%q leads to %q", text, p)
		}
		if err != nil && text != "" && len(text) > 8 && strings.Contains(err.Error(), text) {
			t.Errorf("the error repeats the string: %v", err)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, seed := range []string{"", "a0fe958a-da08-8cce-83f0-0682868a8e92", "A0FE958A-DA08-8CCE-83F0-0682868A8E92",
		"{a0fe958a-da08-8cce-83f0-0682868a8e92}", "a0fe958a-da08-4cce-83f0-0682868a8e92", "00000000-0000-8000-8000-000000000000",
		"ffffffff-ffff-8fff-bfff-ffffffffffff", "a0fe958ada088cce83f00682868a8e92", strings.Repeat("-", 36)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := pat.ParseID(text)
		if ok != uuid8.MatchString(text) {
			t.Fatalf("%q is an id: %t", text, ok)
		}
		if !ok {
			return
		}
		if _, isPrefix := pat.ParsePrefix(string(id.Prefix())); string(id) != text || !isPrefix {
			t.Errorf("%q became %q at %q", text, id, id.Prefix())
		}
	})
}

func FuzzParseOwnerID(f *testing.F) {
	for _, seed := range []string{"", "user#alice", "user#", "group#7", "group#a b", "oidc#0123456789abcdef#auth0|42", "oidc#0123456789abcdef#",
		"oidc#\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00#x", "service#hoprd", "user#Alice", "user#\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := pat.ParseOwnerID(text)
		if !ok {
			return
		}
		odd := func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' || r == 0x7f }
		if string(id) != text || strings.ContainsFunc(text, odd) || len(text) > 300 {
			t.Errorf("%q is taken as %q", text, id)
		}
		kinds := 0
		for _, is := range []bool{id.IsUser(), id.Group() != "", strings.HasPrefix(text, "oidc#"), strings.HasPrefix(text, "service#")} {
			if is {
				kinds++
			}
		}
		if kinds != 1 || id.Name() == "" || !strings.HasSuffix(text, "#"+id.Name()) {
			t.Errorf("%q is of %d kinds and named %q", text, kinds, id.Name())
		}
	})
}
