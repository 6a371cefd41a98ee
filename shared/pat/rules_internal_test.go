package pat

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func networks(text string) []netip.Prefix {
	var out []netip.Prefix
	for rule := range strings.FieldsSeq(text) {
		out = append(out, netip.MustParsePrefix(rule))
	}
	return out
}

func TestRulesLieWithinOthers(t *testing.T) {
	for _, c := range []struct {
		inner, outer string
		want         bool
	}{
		{"", "", true},
		{"192.0.2.0/24", "", true},
		{"", "192.0.2.0/24", false},
		{"", "0.0.0.0/0 ::/0", false}, // an unknown address fits no rule, and fits none at all
		{"192.0.2.0/24", "192.0.2.0/24", true},
		{"192.0.2.0/25", "192.0.2.0/24", true},
		{"192.0.2.0/23", "192.0.2.0/24", false},
		{"192.0.2.7/32", "192.0.2.0/24", true},
		{"192.0.2.7/32 198.51.100.1/32", "192.0.2.0/24", false},
		{"192.0.2.7/32 198.51.100.1/32", "192.0.2.0/24 198.51.100.0/24", true},
		{"2001:db8::/48", "2001:db8::/32", true},
		{"2001:db8::/48", "0.0.0.0/0", false},
		{"192.0.2.0/24", "::/0", false},
		{"192.0.2.0/24", "192.0.2.0/25 192.0.2.128/25", false}, // refused, though both halves make the whole
	} {
		if got := within(networks(c.inner), networks(c.outer)); got != c.want {
			t.Errorf("%q within %q: %t, want %t", c.inner, c.outer, got, c.want)
		}
	}
}

func TestWhatLiesWithinAllowsNothingMore(t *testing.T) {
	small := rapid.Custom(func(t *rapid.T) netip.Prefix { // of few bits, so that they meet
		b := rapid.ByteRange(0, 15).Draw(t, "address") << 4
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{b, 0, 0, 0}), rapid.IntRange(0, 4).Draw(t, "bits")).Masked()
	})
	rules := rapid.SliceOfN(small, 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		inner, outer := rules.Draw(t, "inner"), rules.Draw(t, "outer")
		if !within(inner, outer) {
			return
		}
		addresses := []netip.Addr{{}, netip.IPv6Unspecified()}
		for b := range 16 {
			addresses = append(addresses, netip.AddrFrom4([4]byte{byte(b) << 4, 1, 2, 3}))
		}
		for _, ip := range addresses {
			if (Token{AllowedIPs: inner}).allowsIP(ip) && !(Token{AllowedIPs: outer}).allowsIP(ip) {
				t.Errorf("%v allows %s, %v does not", inner, ip, outer)
			}
		}
	})
}

func TestEveryTokenHasOneStatusAtAnyTime(t *testing.T) {
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "set") {
			return noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "ms")) * time.Millisecond)
		}
		return time.Time{}
	})
	rapid.Check(t, func(t *rapid.T) {
		token := Token{
			Compromised: rapid.Bool().Draw(t, "compromised"), RevokedAt: instant.Draw(t, "revoked"), ExpiresAt: instant.Draw(t, "expires"),
			Suspended: rapid.Bool().Draw(t, "suspended"), Disabled: rapid.Bool().Draw(t, "disabled"), NotBefore: instant.Draw(t, "not before"),
			MaxUses: rapid.Int64Range(0, 2).Draw(t, "max uses"), Usage: Usage{Uses: rapid.Int64Range(0, 3).Draw(t, "uses")},
		}
		status := token.Status(noon)
		code, known := statusCodes[status]
		if !slices.Contains(Statuses(), status) || !known || (code == VerifyValid) != (status == StatusActive) {
			t.Fatalf("status %q, verdict %q", status, code)
		}
		if token.Live(noon) != (status != StatusCompromised && status != StatusRevoked && status != StatusExpired) {
			t.Errorf("%s is live: %t", status, token.Live(noon))
		}
		if token.Final() != (status == StatusCompromised || status == StatusRevoked) {
			t.Errorf("%s is final: %t", status, token.Final())
		}
		if left, limited := token.UsesLeft(); left < 0 || limited != (token.MaxUses > 0) || status == StatusExhausted && left != 0 {
			t.Errorf("%s with %d uses left, limited %t", status, left, limited)
		}
		end := token.purgeAt(day)
		if forever := token.ExpiresAt.IsZero() && token.RevokedAt.IsZero(); end.IsZero() != forever {
			t.Errorf("it is purged at %s", end)
		}
		if !end.IsZero() && (end.Sub(token.ExpiresAt) < day || end.Sub(token.RevokedAt) < day) {
			t.Errorf("it is purged at %s, within a day of its end", end)
		}
	})
}

func TestEveryStatusHasItsVerdict(t *testing.T) {
	seen := map[VerifyCode]bool{}
	for _, status := range Statuses() {
		code, ok := statusCodes[status]
		if !ok || seen[code] {
			t.Errorf("%s has the verdict %q, or shares it", status, code)
		}
		seen[code] = true
	}
	if len(statusCodes) != len(Statuses()) {
		t.Errorf("%d verdicts for %d statuses", len(statusCodes), len(Statuses()))
	}
}

func TestACloneSharesNothing(t *testing.T) {
	token := Token{Scopes: []Scope{"a:b"}, AllowedIPs: networks("192.0.2.0/24"), Usage: Usage{LastUsedIPs: []netip.Addr{netip.IPv6Loopback()}}}
	clone := token.Clone()
	clone.Scopes[0], clone.AllowedIPs[0], clone.Usage.LastUsedIPs[0] = "", netip.Prefix{}, netip.Addr{}
	if token.Scopes[0] == "" || !token.AllowedIPs[0].IsValid() || !token.Usage.LastUsedIPs[0].IsValid() {
		t.Errorf("the original became %+v", token)
	}
	owner := Owner{Groups: []Membership{{"7", RoleAdmin}}}
	owner.clone().Groups[0] = Membership{}
	if owner.role("7") != RoleAdmin {
		t.Errorf("the original became %+v", owner)
	}
}

func TestARefusalOfOursIsNotMadeAnother(t *testing.T) {
	ours := refuse(CodeConflict, "taken")
	if got := unavailable("do", fmt.Errorf("wrapped: %w", ours)); got != error(ours) {
		t.Errorf("it became %v", got)
	}
	foreign := unavailable("do a thing", io.EOF)
	if e := AsError(foreign); e.Code != CodeUnavailable || e.RetryAfter != time.Second || !errors.Is(e, io.EOF) || e.Err.Error() != "do a thing: EOF" {
		t.Errorf("a foreign one became %+v", e)
	}
}
