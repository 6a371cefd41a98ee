package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// resealed edits the JSON of a row and gives it a checksum that fits, as a mistake of ours would.
func resealed(edit func(json string) string) func([]byte) []byte {
	return func(row []byte) []byte { return sum([]byte(edit(string(row[:len(row)-checkLen])))) }
}

func replace(old, new string) func([]byte) []byte {
	return resealed(func(json string) string {
		if !strings.Contains(json, old) {
			panic("the row holds no " + old)
		}
		return strings.Replace(json, old, new, 1)
	})
}

// without takes a member away.
func without(name string) func([]byte) []byte {
	return resealed(func(json string) string {
		before, rest, ok := strings.Cut(json, `"`+name+`":`)
		if !ok {
			panic("the row has no " + name)
		}
		_, after, ok := strings.Cut(rest, `,"`)
		if !ok {
			return strings.TrimSuffix(before, ",") + "}"
		}
		return before + `"` + after
	})
}

func TestADamagedTokenIsAnError(t *testing.T) {
	damage := map[string]func([]byte) []byte{
		"empty":                    func([]byte) []byte { return []byte{} },
		"cut off":                  func(row []byte) []byte { return row[:len(row)/2] },
		"without its end":          func(row []byte) []byte { return row[:len(row)-1] },
		"with more at its end":     func(row []byte) []byte { return append(row, 'x') },
		"without a checksum":       func(row []byte) []byte { return row[:len(row)-checkLen] },
		"a flipped bit":            func(row []byte) []byte { row[len(row)/3] ^= 1; return row },
		"a flipped bit in the sum": func(row []byte) []byte { row[len(row)-1] ^= 1; return row },
		"garbage before the sum":   resealed(func(json string) string { return json + "x" }),
		"a second record":          resealed(func(json string) string { return json + json }),
		"no object":                resealed(func(string) string { return "null" }),
		"an empty object":          resealed(func(string) string { return "{}" }),
		"another version's":        replace(`"v":1`, `"v":2`),
		"no format":                without("v"),
		"an unknown member":        replace(`"v":1`, `"v":1,"graceUntil":"2026-03-14T12:00:00Z"`),
		"a member twice":           replace(`"v":1`, `"v":1,"uses":0,"uses":0`),
		"a member in capitals":     replace(`"expiresAt"`, `"ExpiresAt"`),
		"no prefix":                without("prefix"),
		"a short prefix":           replace(`"prefix":"`, `"prefix":"0`),
		"no id":                    without("id"),
		"a malformed id":           replace(`"id":"`, `"id":"0`),
		"no hash":                  without("hash"),
		"no hash but null":         replace(`"hash":"`, `"hash":null,"name":"`),
		"a short hash":             replace(`"hash":"`, `"hash":"AAAA","name":"`),
		"no owner":                 without("owner"),
		"no maker":                 without("createdBy"),
		"no version":               without("version"),
		"no time of creation":      without("createdAt"),
		"a malformed time":         replace(`"expiresAt":"2026`, `"expiresAt":"20Z6`),
		"a time that is a number":  replace(`"expiresAt":"`, `"expiresAt":1,"name":"`),
		"a malformed rule":         replace(`192.0.2.0/24`, `192.0.2.0/33`),
		"an empty rule":            replace(`192.0.2.0/24`, ``),
		"a malformed address":      replace(`"lastUsedIps":["192.0.2.1"`, `"lastUsedIps":["192.0.2.256"`),
		"an empty address":         replace(`"lastUsedIps":["192.0.2.1"`, `"lastUsedIps":[""`),
		"a negative limit":         replace(`"maxUses":1000`, `"maxUses":-1000`),
		"a limit with a fraction":  replace(`"maxUses":1000`, `"maxUses":10.5`),
		"a limit beyond 64 bits":   replace(`"maxUses":1000`, `"maxUses":100000000000000000000`),
		"a secret not base64":      replace(`"sealed":"`, `"sealed":"*`),
		"a limit of calls below 0": replace(`"maxCalls":{"repo:read":500}`, `"maxCalls":{"repo:read":-500}`),
		"a limit of no calls":      replace(`"maxCalls":{"repo:read":500}`, `"maxCalls":{"repo:read":0}`),
		"a limit without a scope":  replace(`"maxCalls":{`, `"maxCalls":{"":1,`),
		"a limit twice":            replace(`"maxCalls":{`, `"maxCalls":{"repo:read":1,`),
		"a limit of half a call":   replace(`"maxCalls":{"repo:read":500}`, `"maxCalls":{"repo:read":0.5}`),
		"no limit for calls":       without("maxCalls"),
		"another scope's limit":    replace(`"maxCalls":{"repo:read":500}`, `"maxCalls":{"repo:write":500}`),
		"negative calls":           replace(`"calls":{"repo:read":3}`, `"calls":{"repo:read":-3}`),
		"no calls":                 replace(`"calls":{"repo:read":3}`, `"calls":{"repo:read":0}`),
		"calls beyond 64 bits":     replace(`"calls":{"repo:read":3}`, `"calls":{"repo:read":100000000000000000000}`),
		"calls that are text":      replace(`"calls":{"repo:read":3}`, `"calls":{"repo:read":"3"}`),
		"no last change":           without("lastChange"),
		"no UTF-8":                 replace(`deploy`, "\xff"),
	}
	for name, edit := range damage {
		t.Run(name, func(t *testing.T) {
			s := open(t, "")
			o := s.owner(t, "user#alice")
			token, intact := s.token(t, &o), s.token(t, &o)
			s.rewrite(t, bucketTokens, string(token.Prefix), edit)
			for method, err := range s.everyUseOf(t, o, token) {
				damaged(t, method, err)
				if strings.Contains(fmt.Sprint(err), "deploy") {
					t.Errorf("%s: %v: quotes the record", method, err)
				}
			}
			got, err := s.Token(t.Context(), intact.Prefix)
			must(t, err)
			same(t, "another token", got, intact)
		})
	}
}

// everyUseOf calls all methods that read the token.
func (s *Store) everyUseOf(t *testing.T, o pat.Owner, token pat.Token) map[string]error {
	ctx := t.Context()
	_, get := s.Token(ctx, token.Prefix)
	_, uses := s.SpendUses(ctx, token, 1)
	_, calls := s.SpendCalls(ctx, token, "repo:read", 1)
	page, _, list := s.Tokens(ctx, o.ID, o.Tag, "", 10)
	n, count := s.CountLive(ctx, o.ID, o.Tag, noon())
	found, find := s.FindTokens(ctx, string(o.Tag), "", 10)
	if len(page) > 0 || n > 0 || len(found) > 0 {
		t.Errorf("a listing with gaps: %d, %d, %d", len(page), n, len(found))
	}
	return map[string]error{
		"Token": get, "SpendUses": uses, "SpendCalls": calls, "Tokens": list, "CountLive": count, "FindTokens": find,
		"UpdateToken": s.UpdateToken(ctx, token, 1, pat.Standing{}),
		"TouchToken":  s.TouchToken(ctx, token.Prefix, noon(), pat.Usage{LastUsedAt: noon().Add(time.Hour)}),
	}
}

func damaged(t *testing.T, method string, err error) {
	t.Helper()
	if !errors.Is(err, ErrDamaged) || errors.Is(err, pat.ErrNotFound) || errors.Is(err, pat.ErrConflict) {
		t.Errorf("%s: %v, want: %v", method, err, ErrDamaged)
	}
}

func TestEveryDamagedRecordIsAnError(t *testing.T) {
	for _, c := range []struct {
		name, bucket string
		key          func(o pat.Owner) string
		edits        map[string]func([]byte) []byte
		read         func(s *Store, o pat.Owner) error
	}{
		{"keys", bucketMeta, func(pat.Owner) string { return keyKeys }, map[string]func([]byte) []byte{
			"another version's": replace(`"v":1`, `"v":2`),
			"no version":        without("version"),
			"no tag keys":       replace(`"tag":["`, `"tag":[],"seal":["`),
			"an empty tag key":  replace(`"tag":["`, `"tag":["","`),
			"no sealing key":    without("seal"),
			"no name":           replace(`"id":"kid",`, ``),
			"not base64":        replace(`"seal":"`, `"seal":"*`),
		}, func(s *Store, _ pat.Owner) error { _, err := s.Keys(t.Context()); return err }},
		{"owner", bucketOwners, func(o pat.Owner) string { return string(o.ID) }, map[string]func([]byte) []byte{
			"another version's":  replace(`"v":1`, `"v":2`),
			"another owner's":    replace(`group#7`, `group#8`),
			"no tag":             without("tag"),
			"a malformed tag":    replace(`"tag":"`, `"tag":"z`),
			"no version":         without("version"),
			"a negative epoch":   replace(`"epoch":1`, `"epoch":-1`),
			"a malformed time":   replace(`"createdAt":"2026`, `"createdAt":"2O26`),
			"an empty group":     replace(`"v":1`, `"v":1,"groups":[{}]`),
			"an unknown member":  replace(`"v":1`, `"v":1,"locked":true`),
			"a flag that is not": replace(`"v":1`, `"v":1,"suspended":"no"`),
		}, func(s *Store, o pat.Owner) error { _, err := s.Owner(t.Context(), o.ID); return err }},
		{"answer", bucketAnswers, func(o pat.Owner) string { return answerAt(o.Tag, "key") }, map[string]func([]byte) []byte{
			"another version's": replace(`"v":1`, `"v":2`),
			"another key's":     replace(`"key":"key"`, `"key":"yek"`),
			"another owner's":   replace(`"tag":"`, `"tag":"0`),
			"no answer":         without("sealed"),
			"no end":            without("until"),
			"a short digest":    replace(`"body":"`, `"body":"AAAA","key":"`),
		}, func(s *Store, o pat.Owner) error { _, err := s.Answer(t.Context(), o.Tag, "key"); return err }},
		{"outbox", bucketOutbox, func(pat.Owner) string { return string(sequenceKey(2)) }, map[string]func([]byte) []byte{
			"another version's": replace(`"v":1`, `"v":2`),
			"no id":             without("id"),
			"no version":        without("version"),
			"no change":         without("change"),
		}, func(s *Store, _ pat.Owner) error { return s.pending(t, 10)[1].Damage }},
	} {
		for name, edit := range c.edits {
			t.Run(c.name+" "+name, func(t *testing.T) {
				s := open(t, "")
				id, _ := s.fill(t)
				o, err := s.Owner(t.Context(), id)
				must(t, err)
				must(t, c.read(s, o))
				s.rewrite(t, c.bucket, c.key(o), edit)
				damaged(t, "read", c.read(s, o))
			})
		}
	}
}

func TestACreationOnADamagedRecordIsAnErrorAndWritesNothing(t *testing.T) {
	s := open(t, "")
	o, maker := s.owner(t, "group#7"), s.owner(t, "user#alice")
	n := pat.NewToken{Token: draft(t, o, noon()), OwnerVersion: 1, By: pat.Standing{Owner: maker.ID, Epoch: 1}}
	for _, id := range []pat.OwnerID{o.ID, maker.ID} {
		s.rewrite(t, bucketOwners, string(id), replace(`"v":1`, `"v":2`))
		damaged(t, "create", s.CreateToken(t.Context(), n))
		damaged(t, "write", s.PutOwner(t.Context(), pat.Owner{ID: id, Tag: o.Tag}, 1, pat.Standing{}))
		s.rewrite(t, bucketOwners, string(id), replace(`"v":2`, `"v":1`))
	}
	must(t, s.CreateToken(t.Context(), n))
}

func TestWhatCouldNotBeReadBackIsNotWritten(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	for name, spoil := range map[string]func(*pat.Token){
		"no hash":           func(n *pat.Token) { n.Hash = pat.Hash{} },
		"no id":             func(n *pat.Token) { n.ID = "" },
		"another id":        func(n *pat.Token) { n.ID = draft(t, pat.Owner{Tag: "00000000"}, noon()).ID },
		"no owner":          func(n *pat.Token) { n.CreatedBy = "" },
		"an empty rule":     func(n *pat.Token) { n.AllowedIPs = append(n.AllowedIPs, netip.Prefix{}) },
		"no UTF-8":          func(n *pat.Token) { n.Name = "\xff" },
		"a limit of none":   func(n *pat.Token) { n.MaxCalls = counts{"repo:read": 0} },
		"no limit":          func(n *pat.Token) { n.MaxCalls = nil },
		"calls of none":     func(n *pat.Token) { n.Usage.Calls = counts{"repo:read": 0} },
		"a year beyond any": func(n *pat.Token) { n.ExpiresAt = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		token := draft(t, o, noon())
		spoil(&token)
		if err := s.CreateToken(t.Context(), pat.NewToken{Token: token, OwnerVersion: 1}); err == nil {
			t.Errorf("%s: written", name)
		}
		if _, err := s.Token(t.Context(), token.Prefix); !errors.Is(err, pat.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, s.CreateToken(t.Context(), pat.NewToken{Token: draft(t, o, noon()), OwnerVersion: 1}))
}

func FuzzDecodeToken(f *testing.F) {
	o := pat.Owner{ID: "user#alice", Tag: "0123456v"}
	token := draft(f, o, noon())
	row, err := encodeToken(token)
	must(f, err)
	f.Add(row[:len(row)-checkLen])
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, json []byte) {
		got, err := decodeToken(sum(bytes.Clone(json)), token.Prefix)
		if err != nil {
			return
		}
		row, err := encodeToken(got)
		must(t, err)
		again, err := decodeToken(row, token.Prefix)
		must(t, err)
		same(t, "token", again, got)
	})
}
