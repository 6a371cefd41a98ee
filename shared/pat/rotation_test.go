package pat_test

import (
	"testing"

	"latchkey/shared/pat"
)

func TestTagKeysRotate(t *testing.T) {
	k := tagKey
	for _, c := range []struct {
		name     string
		minted   []byte
		live     [][]byte
		accepted bool
	}{
		{"the newest key is taken", k(1), [][]byte{k(1), k(2)}, true},
		{"an older live key is taken", k(2), [][]byte{k(1), k(2)}, true},
		{"the fourth key is taken", k(4), [][]byte{k(1), k(2), k(3), k(4)}, true},
		{"a fifth key is not tried", k(5), [][]byte{k(1), k(2), k(3), k(4), k(5)}, false},
		{"a retired key is refused", k(3), [][]byte{k(1), k(2)}, false},
		{"without keys nothing is taken", k(1), nil, false},
	} {
		for _, shape := range shapeCases {
			t.Run(shape.name+" "+c.name, func(t *testing.T) {
				text := mint(t, newStrings(c.minted), shape.shape, testPrefix)
				if got := parses(newStrings(c.live...), text); got != c.accepted {
					t.Errorf("accepted: %t, want %t", got, c.accepted)
				}
			})
		}
	}
}

func TestMintingUsesTheNewestKey(t *testing.T) {
	for _, c := range shapeCases {
		text := mint(t, newStrings(tagKey(1), tagKey(2)), c.shape, testPrefix)
		if !parses(newStrings(tagKey(1)), text) || parses(newStrings(tagKey(2)), text) {
			t.Errorf("%s: not minted under the newest key alone", c.name)
		}
	}
}

func TestMintingFailsRatherThanMakeAWeakSecret(t *testing.T) {
	for _, c := range shapeCases {
		if secret, err := newStrings().Mint(c.shape, testPrefix, &counting{}); err == nil || !secret.IsZero() {
			t.Errorf("%s without a key: %v, %v", c.name, secret, err)
		}
		if secret, err := newStrings(tagKey(1)).Mint(c.shape, testPrefix, exhausted{}); err == nil || !secret.IsZero() {
			t.Errorf("%s without randomness: %v, %v", c.name, secret, err)
		}
	}
}

func TestTwoMintsAtOneAddressDiffer(t *testing.T) {
	random := newSeeded(t.Name())
	for _, c := range shapeCases {
		first, err1 := newStrings(tagKey(1)).Mint(c.shape, testPrefix, random)
		second, err2 := newStrings(tagKey(1)).Mint(c.shape, testPrefix, random)
		if err1 != nil || err2 != nil || first.Reveal() == second.Reveal() || first.Hash() == second.Hash() {
			t.Errorf("%s: %v, %v, or the same secret twice", c.name, err1, err2)
		}
	}
	if pat.MaxTagKeys != 4 {
		t.Errorf("MaxTagKeys is %d", pat.MaxTagKeys)
	}
}
