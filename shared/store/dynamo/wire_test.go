package dynamo_test

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// wire runs do and tells what went over the wire: operations, what they name, and what they cost. What a transaction
// costs follows from its entries, two units for each kilobyte of each; DynamoDB Local adds some up twice.
func (r *rig) wire(do func()) []string {
	r.Helper()
	r.proxy.Reset()
	do()
	var all []string
	for _, c := range r.proxy.Calls() {
		all = append(all, told(c, r.table))
	}
	return all
}

func told(c faultproxy.Call, table string) string {
	var access []string
	for _, a := range c.Access {
		if a.Table != table {
			access = append(access, "of another table")
		}
		action := strings.TrimPrefix(a.Action, "dynamodb:")
		if a.Index != "" {
			action += " " + a.Index
		}
		access = append(access, action)
	}
	slices.Sort(access)
	text := c.Operation
	if c.Consistent {
		text += " consistent"
	}
	text += " (" + strings.Join(access, ", ") + ")"
	if c.Operation != "TransactWriteItems" {
		text += fmt.Sprintf(" %v", c.Units)
	}
	return text
}

func TestVerificationIsOneConsistentGetItem(t *testing.T) {
	d := newDesk(t)
	made := d.issue()
	read := []string{"GetItem consistent (GetItem) 1"}
	touch := "UpdateItem (UpdateItem) 1"
	verify := func(cost int64) func() {
		return func() {
			got, err := d.Verify(t.Context(), pat.VerifyRequest{Token: made.Secret, Cost: cost})
			d.must(err)
			d.same("verdict", got.Code, pat.VerifyValid)
		}
	}
	d.same("a look", d.wire(verify(0)), read)
	d.same("the first use of a minute", d.wire(verify(1)), append(slices.Clone(read), touch))
	d.same("a use", d.wire(verify(1)), read)
	d.same("get by id", d.wire(func() { d.must(only(d.Get(t.Context(), d.admin, made.Token.ID))) }), read)
	d.must(d.Delete(t.Context(), d.admin, pat.DeleteRequest{ID: made.Token.ID}))
	d.same("a revoked one", d.wire(func() {
		got, err := d.Verify(t.Context(), pat.VerifyRequest{Token: made.Secret, Cost: 1})
		d.must(err)
		d.same("verdict", got.Code, pat.VerifyRevoked)
	}), read)
}

func TestWhatEachMethodCosts(t *testing.T) {
	f := newFixture(newRig(t))
	by := pat.Standing{Owner: f.alice.ID, Epoch: 1, Token: f.limited.Prefix, Version: 1}
	fresh := func(second int) pat.NewToken {
		return pat.NewToken{Token: f.draft(f.group, second), OwnerVersion: f.row(f.group.ID).Version}
	}
	full := fresh(10)
	full.By, full.Answer = by, answerOf(f.alice, noon())
	for _, c := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"Keys", func() error { return only(f.Keys(f.ctx)) }, []string{"GetItem consistent (GetItem) 1"}},
		{"PutKeys", func() error { return f.PutKeys(f.ctx, keys(), 1) }, []string{"PutItem (PutItem) 1"}},
		{"Owner", func() error { return only(f.Owner(f.ctx, f.alice.ID)) }, []string{"GetItem consistent (GetItem) 1"}},
		{"PutOwner", func() error { return f.PutOwner(f.ctx, f.alice, 1, pat.Standing{}) }, []string{"PutItem (PutItem) 1"}},
		{"PutOwner of a new user", func() error { return f.PutOwner(f.ctx, pat.Owner{ID: "user#bob", Tag: f.alice.Tag}, 0, pat.Standing{}) },
			[]string{"TransactWriteItems (PutItem, PutItem)"}},
		{"PutOwner by himself", func() error {
			return f.PutOwner(f.ctx, f.alice, 2, pat.Standing{Owner: f.alice.ID, Epoch: 1})
		}, []string{"PutItem (PutItem) 1"}},
		{"Users", func() error { return only(f.Users(f.ctx, "", 10)) },
			[]string{"Query consistent (Query) 1", "BatchGetItem consistent (BatchGetItem) 2"}},
		{"Token", func() error { return only(f.Token(f.ctx, f.token.Prefix)) }, []string{"GetItem consistent (GetItem) 1"}},
		{"CreateToken by all", func() error { return f.CreateToken(f.ctx, full) },
			[]string{"TransactWriteItems (ConditionCheckItem, ConditionCheckItem, PutItem, PutItem, UpdateItem)"}},
		{"UpdateToken", func() error { return f.UpdateToken(f.ctx, f.token, 1, pat.Standing{}) }, []string{"UpdateItem (UpdateItem) 1"}},
		{"UpdateToken by itself", func() error {
			return f.UpdateToken(f.ctx, f.token, 2, pat.Standing{Token: f.token.Prefix, Version: 2})
		}, []string{"UpdateItem (UpdateItem) 1"}},
		{"UpdateToken by another", func() error { return f.UpdateToken(f.ctx, f.token, 3, f.foreign) },
			[]string{"TransactWriteItems (ConditionCheckItem, UpdateItem)"}},
		{"TouchToken", func() error {
			return f.TouchToken(f.ctx, f.token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()})
		}, []string{"UpdateItem (UpdateItem) 1"}},
		{"SpendUses", func() error { return only(f.SpendUses(f.ctx, f.limited, 1)) }, []string{"UpdateItem (UpdateItem) 1"}},
		{"SpendCalls", func() error { return only(f.SpendCalls(f.ctx, f.limited, "repo:read", 1)) }, []string{"UpdateItem (UpdateItem) 1"}},
		{"Tokens", func() error { _, _, err := f.Tokens(f.ctx, f.group.ID, f.group.Tag, "", 10); return err },
			[]string{"Query consistent (Query) 1"}},
		{"CountLive", func() error { return only(f.CountLive(f.ctx, f.group.ID, f.group.Tag, noon())) },
			[]string{"Query consistent (Query) 1"}},
		{"FindTokens", func() error { return only(f.FindTokens(f.ctx, string(f.group.Tag), "", 10)) },
			[]string{"Query (Query prefix-index) 0.5", "BatchGetItem consistent (BatchGetItem) 3"}},
		{"Answer", func() error { return only(f.Answer(f.ctx, f.alice.Tag, "key")) }, []string{"GetItem consistent (GetItem) 1"}},
	} {
		f.same(c.name, f.wire(func() { f.must(c.do()) }), c.want)
	}
}

func TestAPlainCreationIsTwoEntriesAndARecordBelowAKilobyte(t *testing.T) {
	f := newFixture(newRig(t))
	n := pat.NewToken{Token: f.draft(f.group, 10), OwnerVersion: f.group.Version, By: pat.Standing{Owner: f.group.ID, Epoch: 1}}
	f.same("create", f.wire(func() { f.must(f.CreateToken(f.ctx, n)) }), []string{"TransactWriteItems (PutItem, UpdateItem)"})
	// A write costs what the record weighs, so that one unit is one kilobyte at most.
	f.same("touch", f.wire(func() {
		f.must(f.TouchToken(f.ctx, n.Token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()}))
	}), []string{"UpdateItem (UpdateItem) 1"})
}

// The largest records that pat lets through are far below DynamoDB's 400 KB.
func TestTheLargestRecordsFit(t *testing.T) {
	f := newFixture(newRig(t))
	owner := f.owner(pat.OwnerID("oidc#0123456789abcdef#" + strings.Repeat("s", 255)))
	token := f.draft(owner, 0)
	token.Name, token.Description = strings.Repeat("𝄞", 100), strings.Repeat("𝄞", 1000)
	token.Wire, token.Sealed = make([]byte, pat.MaxWire), make([]byte, pat.MaxSealed)
	token.Scopes, token.MaxCalls = nil, map[pat.Scope]int64{}
	for i := range pat.MaxScopes {
		scope := pat.Scope(fmt.Sprintf("r%02d/%s:%s", i, strings.Repeat("x", 100), strings.Repeat("y", 23)))
		token.Scopes = append(token.Scopes, scope)
		token.MaxCalls[scope] = math.MaxInt64
	}
	for i := range 32 {
		token.AllowedIPs = append(token.AllowedIPs, netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: byte(i)}), 128))
	}
	f.create(&owner, token)
	token.Usage.Calls = token.MaxCalls // each scope with a counter of its own
	for scope, most := range token.MaxCalls {
		f.must(only(f.SpendCalls(f.ctx, token, scope, most)))
	}
	f.same("token", f.stored(token.Prefix), token)
	// Of 4 KB each. Three times 64 names of scopes are 25 KB of it: those it has, their limits and their counters.
	f.same("read", f.wire(func() { f.stored(token.Prefix) }), []string{"GetItem consistent (GetItem) 10"})
	for i := range pat.MaxGroups {
		owner.Groups = append(owner.Groups, pat.Membership{Group: fmt.Sprintf("%02d%s", i, strings.Repeat("G", 62)), Role: pat.RoleMember})
	}
	f.must(f.PutOwner(f.ctx, owner, owner.Version, pat.Standing{}))
	f.same("read", f.wire(func() { f.row(owner.ID) }), []string{"GetItem consistent (GetItem) 2"})
}
