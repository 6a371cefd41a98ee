package storetest

import (
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"

	"latchkey/shared/pat"
)

// tag draws an owner's tag.
func (w *world) tag() pat.Tag {
	w.Helper()
	tag, err := pat.NewTag(w.rand)
	w.must(err)
	return tag
}

// draftOwner is an owner with everything set, not stored.
func (w *world) draftOwner(id pat.OwnerID) pat.Owner {
	w.Helper()
	return pat.Owner{
		ID: id, Tag: w.tag(), Version: 1, Epoch: 3, Suspended: true, Deleted: true,
		CreatedAt: noon(), UpdatedAt: noon().Add(time.Millisecond),
		Password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", Admin: true,
		Groups: []pat.Membership{{Group: "7", Role: pat.RoleAdmin}, {Group: "dev.ops:eu", Role: pat.RoleMember}},
	}
}

// owner stores a plain owner and returns his row.
func (w *world) owner(id pat.OwnerID) pat.Owner {
	w.Helper()
	return w.ownerTagged(id, w.tag())
}

func (w *world) ownerTagged(id pat.OwnerID, tag pat.Tag) pat.Owner {
	w.Helper()
	o := pat.Owner{ID: id, Tag: tag, Epoch: 1, CreatedAt: noon(), UpdatedAt: noon()}
	w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
	o.Version = 1
	return o
}

// row reads an owner's row, which must be there.
func (w *world) row(id pat.OwnerID) pat.Owner {
	w.Helper()
	o, err := w.store.Owner(w.Context(), id)
	w.must(err)
	return o
}

// addressed makes the bare record of a token of the owner, made at that time: only an address, a hash, and
// what else is never absent.
func (w *world) addressed(o pat.Owner, at time.Time) pat.Token {
	w.Helper()
	p, err := pat.NewPrefix(o.Tag, at, w.rand)
	w.must(err)
	id, err := pat.NewID(p, w.rand)
	w.must(err)
	return pat.Token{
		Prefix: p, ID: id, Hash: pat.NewSecret(string(id)).Hash(), Owner: o.ID, CreatedBy: o.ID,
		CreatedAt: at, UpdatedAt: at, Version: 1, LastChange: pat.Change{Kind: pat.ChangeCreated, At: at},
	}
}

// draft is a token with everything set that a new token can have, not stored.
func (w *world) draft(o pat.Owner) pat.Token {
	w.Helper()
	t := w.addressed(o, noon())
	t.Product, t.Wire, t.Sealed = pat.DockerHub, []byte("{\"any\":\"thing\"}\x00\xff"), []byte("\x00\xff sealed")
	t.Name, t.Description = "deploy", "for the\tbuild\nof the site"
	t.Scopes = []pat.Scope{"repo:write", "repo:read", "a/b.c_d-*:x.*"}
	t.AllowedIPs = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	t.NotBefore, t.ExpiresAt = noon().Add(time.Minute), noon().Add(90*24*time.Hour)
	t.MaxUses, t.OwnerEpoch = 1_000_000_000, 1
	t.MaxCalls = map[pat.Scope]int64{"repo:read": 1_000_000_000, "a/b.c_d-*:x.*": 1}
	t.PurgeAt, t.DueAt = noon().Add(120*24*time.Hour), noon().Add(60*24*time.Hour)
	t.LastChange = pat.Change{Kind: pat.ChangeCreated, By: "user#bob", Via: "session", IP: netip.MustParseAddr("2001:db8::7"), At: noon()}
	return t
}

// create stores a token of the owner, whose version it moves on.
func (w *world) create(o *pat.Owner, t pat.Token) pat.Token {
	w.Helper()
	w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: t, OwnerVersion: o.Version}))
	o.Version++
	return t
}

// made stores a bare token of the owner, made some seconds after noon.
func (w *world) made(o *pat.Owner, second int) pat.Token {
	w.Helper()
	return w.create(o, w.addressed(*o, noon().Add(time.Duration(second)*time.Second)))
}

// stored reads a token, which must be there.
func (w *world) stored(p pat.Prefix) pat.Token {
	w.Helper()
	t, err := w.store.Token(w.Context(), p)
	w.must(err)
	return t
}

// absent checks that there is no token at the prefix.
func (w *world) absent(p pat.Prefix) {
	w.Helper()
	_, err := w.store.Token(w.Context(), p)
	w.wants("read a token that should not be", err, pat.ErrNotFound)
}

// draftAnswer is an answer to be repeated for ten minutes, not stored.
func (w *world) draftAnswer(o pat.Owner, key string) pat.Answer {
	return pat.Answer{Tag: o.Tag, Key: key, Body: pat.NewSecret("body of " + key).Hash(),
		Sealed: []byte("\x00\xff sealed " + key), Until: noon().Add(10 * time.Minute)}
}

func draftKeys() pat.Keys {
	return pat.Keys{
		Version: 1,
		Tag:     [][]byte{[]byte("\x00tag key that is the newest one\xff"), []byte("tag key of thirty-two bytes, old")},
		Seal:    []byte("sealing key of thirty-two bytes."),
		Signing: []pat.SigningKey{
			{ID: "kid2", Private: []byte("\x30\x00\xff new"), CreatedAt: noon()},
			{ID: "kid1", Private: []byte("old"), CreatedAt: noon().Add(-time.Hour)},
			{ID: "kid0", Public: []byte("\x30\x00\xff public"), KMS: "arn:aws:kms:eu-central-1:123456789012:key/1", CreatedAt: noon()},
		},
		Vault: []pat.VaultKey{
			{ID: "vault2", Wrapped: []byte("\x01\x00\xff wrapped"), KMS: "arn:aws:kms:eu-central-1:123456789012:key/2", CreatedAt: noon()},
			{ID: "vault1", Key: []byte("\x00a key that is not wrapped, old\xff"), CreatedAt: noon().Add(-time.Hour)},
		},
	}
}

// largest is a token with as much in it as is legal.
func (w *world) largest(o pat.Owner) pat.Token {
	t := w.draft(o)
	t.Name, t.Description = strings.Repeat("𝄞", 100), strings.Repeat("𝄞", 1000)
	t.Wire, t.Sealed = bytes.Repeat([]byte{0xff}, pat.MaxWire), bytes.Repeat([]byte{0xff}, pat.MaxSealed)
	t.Scopes, t.AllowedIPs, t.MaxCalls = nil, nil, map[pat.Scope]int64{}
	for i := range pat.MaxScopes {
		scope := pat.Scope(fmt.Sprintf("r%02d/%s:%s", i, strings.Repeat("x", 100), strings.Repeat("y", 23)))
		t.Scopes = append(t.Scopes, scope)
		t.MaxCalls[scope] = math.MaxInt64
	}
	for i := range 32 {
		t.AllowedIPs = append(t.AllowedIPs, netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: byte(i)}), 128))
	}
	return t
}
