package dynamo_test

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

type item = map[string]types.AttributeValue

func at(pk, sk string) item {
	return item{"pk": text(pk), "sk": text(sk)}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func num(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

func tokenAt(p pat.Prefix) item { return at(string(p.Tag()), "tok#"+string(p[pat.TagLen:])) }

func (r *rig) remove(pk, sk string) {
	r.Helper()
	_, err := r.db.Client().DeleteItem(r.Context(), &dynamodb.DeleteItemInput{TableName: &r.table, Key: at(pk, sk)})
	r.must(err)
}

// rewrite changes the record at a key behind the store's back, and returns it as it was.
func (r *rig) rewrite(key item, edit func(item)) (was item) {
	r.Helper()
	got, err := r.db.Client().GetItem(r.Context(), &dynamodb.GetItemInput{TableName: &r.table, Key: key})
	r.must(err)
	if len(got.Item) == 0 {
		r.Fatal("there is no such record")
	}
	was = maps.Clone(got.Item)
	edit(got.Item)
	r.restore(got.Item)
	return was
}

func (r *rig) restore(it item) {
	r.Helper()
	_, err := r.db.Client().PutItem(r.Context(), &dynamodb.PutItemInput{TableName: &r.table, Item: it})
	r.must(err)
}

func set(name string, v types.AttributeValue) func(item) { return func(it item) { it[name] = v } }

func without(name string) func(item) {
	return func(it item) {
		if _, ok := it[name]; !ok {
			panic("the record has no " + name)
		}
		delete(it, name)
	}
}

func TestADamagedTokenIsAnError(t *testing.T) {
	no := &types.AttributeValueMemberBOOL{}
	damage := map[string]func(item){
		"another version's":               set("v", num("2")),
		"an unknown attribute":            set("graceUntil", num("1")),
		"another's prefix":                set("prefix", text("0000000000000000")),
		"another head of it":              set("prefixHead", text("0000")),
		"a malformed id":                  set("id", text("0")),
		"an empty name":                   set("name", text("")),
		"a name that is a number":         set("name", num("1")),
		"a short hash":                    set("hash", &types.AttributeValueMemberB{Value: []byte{1}}),
		"a hash that is text":             set("hash", text("hash")),
		"an expiry that is text":          set("expiresAt", text("1773489600123")),
		"an expiry with a fraction":       set("expiresAt", num("1773489600123.5")),
		"an expiry beyond 64 bits":        set("expiresAt", num("100000000000000000000")),
		"an end that is another":          set("ttl", num("1")),
		"a revocation in year 1":          set("revokedAt", num("-62135596800000")),
		"a revocation before 1970":        set("revokedAt", num("-1")),
		"a revocation in year 10000":      set("revokedAt", num("253402300800000")),
		"a flag that says no":             set("compromised", no),
		"a flag that is text":             set("disabled", text("no")),
		"scopes that are one":             set("scopes", text("repo:read")),
		"an empty list of scopes":         set("scopes", &types.AttributeValueMemberL{}),
		"a scope that is a number":        set("scopes", &types.AttributeValueMemberL{Value: []types.AttributeValue{num("1")}}),
		"a malformed rule":                set("allowedIps", &types.AttributeValueMemberL{Value: []types.AttributeValue{text("192.0.2.0/33")}}),
		"an empty rule":                   set("allowedIps", &types.AttributeValueMemberL{Value: []types.AttributeValue{text("")}}),
		"a malformed address":             set("lastUsedIps", &types.AttributeValueMemberL{Value: []types.AttributeValue{text("192.0.2.256")}}),
		"a negative limit":                set("maxUses", num("-1")),
		"a version of none":               set("version", num("0")),
		"an unknown status":               set("status", text("fine")),
		"another shard":                   set("dueShard", text("8")),
		"another shard of what is untold": set("untoldShard", text("8")),
		"a due time in year 10000":        set("dueAt", num("253402300800000")),
		"no notice at all":                set("lastChange", &types.AttributeValueMemberM{Value: item{"kind": text("expiring"), "noticeMs": num("0")}}),
		"an empty last change":            set("lastChange", &types.AttributeValueMemberM{}),
		"a last change with more":         set("lastChange", &types.AttributeValueMemberM{Value: item{"kind": text("created"), "how": text("so")}}),
	}
	for _, name := range []string{"v", "prefix", "prefixHead", "id", "hash", "owner", "createdBy", "createdAt", "version", "ownerEpoch",
		"lastChange", "uses", "status", "ttl", "purgeAt", "dueAt", "dueShard", "untoldAt", "untoldShard", "wrote", "changeId"} {
		damage["no "+name] = without(name)
	}
	f := newFixture(newRig(t))
	for name, edit := range damage {
		whole := f.rewrite(tokenAt(f.token.Prefix), edit)
		for method, err := range f.readsOfToken() {
			f.damaged(method+" with "+name, err)
		}
		n, err := f.CountLive(f.ctx, f.group.ID, f.group.Tag, noon())
		if f.must(err); n < 1 {
			t.Errorf("%d live tokens with %s", n, name)
		}
		f.same("another token", f.stored(f.limited.Prefix), f.limited)
		f.restore(whole)
		f.same("the token", f.stored(f.token.Prefix), f.token)
	}
}

// readsOfToken calls all methods that read the token's record.
func (f *fixture) readsOfToken() map[string]error {
	_, get := f.Token(f.ctx, f.token.Prefix)
	_, _, list := f.Tokens(f.ctx, f.group.ID, f.group.Tag, "", 10)
	all := map[string]error{"Token": get, "Tokens": list}
	found, err := f.FindTokens(f.ctx, string(f.group.Tag), "", 10)
	if err != nil || len(found) != 1 { // an entry may have left the index with what was taken away
		all["FindTokens"] = err
	}
	return all
}

func (r *rig) damaged(method string, err error) {
	r.Helper()
	if !errors.Is(err, dynamo.ErrDamaged) || errors.Is(err, pat.ErrNotFound) || errors.Is(err, pat.ErrConflict) {
		r.Errorf("%s: %v, want: %v", method, err, dynamo.ErrDamaged)
	}
	for _, content := range []string{"deploy", "graceUntil", "192.0.2"} {
		if strings.Contains(fmt.Sprint(err), content) {
			r.Errorf("%s: %v: quotes the record", method, err)
		}
	}
}

func TestAWriteOnAnotherVersionsRecordIsAnErrorAndWritesNothing(t *testing.T) {
	f := newFixture(newRig(t))
	other := set("v", num("2"))
	f.rewrite(tokenAt(f.token.Prefix), other)
	f.damaged("update", f.UpdateToken(f.ctx, f.token, 1, pat.Standing{}))
	f.damaged("touch", f.TouchToken(f.ctx, f.token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()}))
	f.rewrite(tokenAt(f.limited.Prefix), other)
	for what, spend := range f.spends() {
		f.damaged("spend "+what, only(spend()))
	}
	f.rewrite(at("owner#user#alice", "owner"), other)
	f.damaged("put", f.PutOwner(f.ctx, f.alice, 1, pat.Standing{}))
	f.damaged("put by", f.PutOwner(f.ctx, f.group, f.group.Version, f.foreign))
	n := pat.NewToken{Token: f.draft(f.group, 9), OwnerVersion: f.group.Version, By: f.foreign}
	f.damaged("create by", f.CreateToken(f.ctx, n))
	f.rewrite(at("owner#group#7", "owner"), other)
	n.By = pat.Standing{}
	f.damaged("create", f.CreateToken(f.ctx, n))
	f.rewrite(at("sys#keys", "keys"), other)
	f.damaged("put keys", f.PutKeys(f.ctx, keys(), 1))
	f.wants("read what was not made", only(f.Token(f.ctx, n.Token.Prefix)), pat.ErrNotFound)
}

func TestEveryDamagedRecordIsAnError(t *testing.T) {
	f := newFixture(newRig(t))
	f.must(f.CreateToken(f.ctx, pat.NewToken{Token: f.draft(f.group, 9), OwnerVersion: f.group.Version, Answer: answerOf(f.alice, noon())}))
	answer := at(string(f.alice.Tag), "idem#key")
	for _, c := range []struct {
		name  string
		key   item
		read  func() error
		edits map[string]func(item)
	}{
		{"keys", at("sys#keys", "keys"), func() error { return only(f.Keys(f.ctx)) }, map[string]func(item){
			"no version": without("version"), "no tag keys": without("tag"), "no sealing key": without("seal"), "more": set("x", num("1")),
			"an empty tag key": set("tag", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberB{Value: []byte{}}}}),
		}},
		{"owner", at("owner#user#alice", "owner"), func() error { return only(f.Owner(f.ctx, f.alice.ID)) }, map[string]func(item){
			"no tag": without("tag"), "a malformed tag": set("tag", text("z")), "no epoch": without("epoch"), "a negative epoch": set("epoch", num("-1")),
			"another's id": set("id", text("user#bob")), "a flag that is not": set("suspended", text("no")),
			"an empty group": set("groups", &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberM{Value: item{}}}}),
		}},
		{"answer", answer, func() error { return only(f.Answer(f.ctx, f.alice.Tag, "key")) }, map[string]func(item){
			"no answer": without("sealed"), "no end": without("until"), "another end": set("ttl", num("1")), "no digest": without("body"),
		}},
		{"directory", at("sys#users", "alice"), func() error { return only(f.Users(f.ctx, "", 10)) }, map[string]func(item){
			"more": set("x", num("1")), "another version's": set("v", num("2")),
		}},
	} {
		for name, edit := range c.edits {
			f.must(c.read())
			whole := f.rewrite(c.key, edit)
			f.damaged(c.name+" with "+name, c.read())
			f.restore(whole)
		}
	}
	f.remove("owner#user#alice", "owner")
	f.damaged("a name in the directory without a row", only(f.Users(f.ctx, "", 10)))
}

// DynamoDB collects by whole seconds, and a token a week after its end.
func TestARecordIsNotCollectedBeforeItsEnd(t *testing.T) {
	r := newRig(t)
	o := r.owner("group#7")
	for part, late := range map[time.Duration]int64{0: 0, time.Millisecond: 1, 999 * time.Millisecond: 1} {
		token := r.draft(o, 0)
		token.PurgeAt = noon().Truncate(time.Second).Add(part)
		r.create(&o, token)
		ttl, _ := r.rewrite(tokenAt(token.Prefix), func(item) {})["ttl"].(*types.AttributeValueMemberN)
		end := noon().Unix() + late
		if want := strconv.FormatInt(end+7*24*60*60, 10); ttl == nil || ttl.Value != want {
			t.Errorf("an end at %s is collected at %v, want %s", token.PurgeAt, ttl, want)
		}
		r.rewrite(tokenAt(token.Prefix), set("ttl", num(strconv.FormatInt(end, 10)))) // as a version before wrote it
		r.same("the token", r.stored(token.Prefix), token)
	}
}

func TestWhatCouldNotBeReadBackIsNotWritten(t *testing.T) {
	f := newFixture(newRig(t))
	for name, spoil := range map[string]func(*pat.Token){
		"no hash":     func(n *pat.Token) { n.Hash = pat.Hash{} },
		"no id":       func(n *pat.Token) { n.ID = "" },
		"another id":  func(n *pat.Token) { n.ID = f.limited.ID },
		"no maker":    func(n *pat.Token) { n.CreatedBy = "" },
		"no UTF-8":    func(n *pat.Token) { n.Name = "\xff" },
		"year 1969":   func(n *pat.Token) { n.NotBefore = time.UnixMilli(-1) },
		"year 10000":  func(n *pat.Token) { n.NotBefore = time.UnixMilli(253402300800000) },
		"half a time": func(n *pat.Token) { n.ExpiresAt = n.ExpiresAt.Add(time.Microsecond) },
		"empty scope": func(n *pat.Token) { n.Scopes = append(n.Scopes, "") },

		"a limit of no calls":       func(n *pat.Token) { n.MaxCalls = map[pat.Scope]int64{"repo:read": 0} },
		"a limit without a scope":   func(n *pat.Token) { n.MaxCalls = map[pat.Scope]int64{"": 1} },
		"a limit of a scope beyond": func(n *pat.Token) { n.MaxCalls = map[pat.Scope]int64{"\xff": 1} },
		"calls without a limit":     func(n *pat.Token) { n.Usage.Calls = map[pat.Scope]int64{"repo:read": 1} },
	} {
		token := f.draft(f.group, 9)
		spoil(&token)
		err := f.CreateToken(f.ctx, pat.NewToken{Token: token, OwnerVersion: f.group.Version})
		f.damaged(name, err)
		_, err = f.Token(f.ctx, token.Prefix)
		f.wants(name, err, pat.ErrNotFound)
	}
}
