package pat_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// several makes n tokens of the caller, a second apart, and returns them newest first.
func (w *world) several(c pat.Caller, n int, edits ...func(*pat.CreateRequest)) []pat.Token {
	w.t.Helper()
	var made []pat.Token
	for range n {
		made = append(made, w.create(c, edits...).Token)
		w.clock.advance(time.Second)
	}
	slices.Reverse(made)
	return made
}

// pages lists all pages and returns the tokens of each.
func (w *world) pages(c pat.Caller, req pat.ListRequest) [][]pat.Token {
	w.t.Helper()
	var all [][]pat.Token
	for range 100 {
		page, err := w.List(w.ctx, c, req)
		w.must(err)
		all = append(all, page.Tokens)
		if page.Next == "" {
			return all
		}
		req.Cursor = page.Next
	}
	w.t.Fatal("the listing does not end")
	return nil
}

func TestAListingIsNewestFirstAndWhole(t *testing.T) {
	w := newWorld(t)
	made := w.several(w.as("alice"), 7)
	w.several(w.as("bob"), 2)
	alice := w.as("alice")
	for _, short := range []int{0, 1, 3} {
		w.store.short = short
		for limit := range 10 {
			all := w.pages(alice, pat.ListRequest{Limit: limit})
			for i, page := range all[:len(all)-1] {
				if len(page) != limit {
					t.Errorf("store pages of %d, limit %d: page %d has %d tokens", short, limit, i, len(page))
				}
			}
			if diff := compare(made, slices.Concat(all...)); diff != "" {
				t.Errorf("store pages of %d, limit %d: -want +got:\n%s", short, limit, diff)
			}
			if want := max(1, (7+limit-1)/max(limit, 1)); limit > 0 && len(all) != want {
				t.Errorf("store pages of %d, limit %d: %d pages, want %d", short, limit, len(all), want)
			}
		}
	}
}

func TestAPageHasFiftyTokensUnlessAskedOtherwise(t *testing.T) {
	w := newWorld(t)
	w.several(w.as("alice"), 60)
	page, err := w.List(w.ctx, w.as("alice"), pat.ListRequest{})
	if w.must(err); len(page.Tokens) != 50 || page.Next != page.Tokens[49].Prefix {
		t.Errorf("%d tokens, next %q", len(page.Tokens), page.Next)
	}
	page, err = w.List(w.ctx, w.as("alice"), pat.ListRequest{Limit: 200})
	if w.must(err); len(page.Tokens) != 60 || page.Next != "" {
		t.Errorf("%d tokens, next %q", len(page.Tokens), page.Next)
	}
}

func TestATokenMadeWhileOneReadsDoesNotDisturbTheRest(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.several(alice, 4)
	first, err := w.List(w.ctx, alice, pat.ListRequest{Limit: 2})
	w.must(err)
	w.several(alice, 3)
	second, err := w.List(w.ctx, alice, pat.ListRequest{Limit: 2, Cursor: first.Next})
	w.must(err)
	if diff := compare(made, slices.Concat(first.Tokens, second.Tokens)); diff != "" || second.Next != "" {
		t.Errorf("next %q: %s", second.Next, diff)
	}
}

func TestAListingKeepsOneStatus(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	want := map[pat.Status]pat.Prefix{}
	for status, edit := range map[pat.Status]func(*pat.Token){
		pat.StatusActive:      func(*pat.Token) {},
		pat.StatusNotYetValid: func(t *pat.Token) { t.NotBefore = morning.Add(day) },
		pat.StatusDisabled:    func(t *pat.Token) { t.Disabled = true },
		pat.StatusSuspended:   func(t *pat.Token) { t.Suspended = true },
		pat.StatusExpired:     func(t *pat.Token) { t.ExpiresAt = morning },
		pat.StatusRevoked:     func(t *pat.Token) { t.RevokedAt = morning },
		pat.StatusCompromised: func(t *pat.Token) { t.Compromised = true },
		pat.StatusExhausted:   func(t *pat.Token) { t.MaxUses = 1 },
	} {
		made := w.create(alice, withUses(5)).Token
		if status == pat.StatusExhausted {
			_, err := w.store.Store.SpendUses(w.ctx, made, 1)
			w.must(err)
		}
		w.rewrite(made.Prefix, edit)
		want[status] = made.Prefix
	}
	for _, status := range pat.Statuses() {
		page, err := w.List(w.ctx, alice, pat.ListRequest{Status: status})
		w.must(err)
		if len(page.Tokens) != 1 || page.Tokens[0].Prefix != want[status] || w.StatusOf(page.Tokens[0]) != status || page.Next != "" {
			t.Errorf("%s: %+v", status, page)
		}
	}
	page, err := w.List(w.ctx, alice, pat.ListRequest{})
	if w.must(err); len(page.Tokens) != len(pat.Statuses()) {
		t.Errorf("without a status: %d tokens", len(page.Tokens))
	}
}

func TestWhatIsPastItsRetentionIsNotListed(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: day})).Token
	for _, c := range []struct {
		at   time.Time
		want int
	}{{made.PurgeAt.Add(-time.Millisecond), 1}, {made.PurgeAt, 0}} {
		w.clock.set(c.at)
		page, err := w.List(w.ctx, w.as("alice"), pat.ListRequest{})
		if w.must(err); len(page.Tokens) != c.want || page.Next != "" {
			t.Errorf("at %s: %d tokens, next %q", c.at, len(page.Tokens), page.Next)
		}
	}
}

func TestAListingKeepsOnePrefix(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.several(alice, 3)
	for _, c := range []struct {
		prefix string
		want   []pat.Token
	}{
		{string(made[1].Prefix), made[1:2]},
		{string(made[0].Prefix.Tag()), made},
		{string(made[0].Prefix[:1]), made},
		{"0000", nil},
	} {
		page, err := w.List(w.ctx, alice, pat.ListRequest{Prefix: c.prefix})
		w.must(err)
		if diff := compare(c.want, page.Tokens); diff != "" {
			t.Errorf("%s: %s", c.prefix, diff)
		}
	}
}

func TestAListingThatFindsLittleStopsAndGoesOn(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.TokensPerOwner = 1000 }))
	alice := w.as("alice")
	made := w.several(alice, 25)
	oldest := made[24]
	w.rewrite(oldest.Prefix, func(t *pat.Token) { t.Disabled = true })
	w.store.short = 1 // so that each call finds one token, and counts for a page
	alice = w.as("alice")
	before := w.store.calls("Tokens")
	page, err := w.List(w.ctx, alice, pat.ListRequest{Status: pat.StatusDisabled})
	w.must(err)
	if n := w.store.calls("Tokens") - before; n != 10 || len(page.Tokens) != 0 || page.Next == "" {
		t.Errorf("%d calls, %d tokens, next %q", n, len(page.Tokens), page.Next)
	}
	all := slices.Concat(w.pages(alice, pat.ListRequest{Status: pat.StatusDisabled})...)
	if len(all) != 1 || all[0].ID != oldest.ID {
		t.Errorf("in the end it finds %d", len(all))
	}
}

func TestARequestToListHasBounds(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	others := w.create(w.as("bob")).Token.Prefix
	groups := w.create(w.as("carol"), forGroup("7")).Token.Prefix
	w.create(w.as("carol"))
	const (
		limit  = "limit: 1 to 200"
		cursor = "cursor: not a cursor of this listing"
		prefix = "prefix: 4 to 16 characters of 0-9 and a-v"
		owner  = "owner: such as user#alice; in a URL, # is written %23"
	)
	for _, c := range []struct {
		name, user string
		req        pat.ListRequest
		want       []string
	}{
		{"a limit below zero", "carol", pat.ListRequest{Limit: -1}, []string{limit}},
		{"a limit of 201", "carol", pat.ListRequest{Limit: 201}, []string{limit}},
		{"no such status", "carol", pat.ListRequest{Status: "ACTIVE"}, []string{"status: one of active, not_yet_valid, disabled, suspended, exhausted, expired, revoked, compromised"}},
		{"a prefix in capitals", "carol", pat.ListRequest{Prefix: "ABCD"}, []string{prefix}},
		{"a prefix too long", "carol", pat.ListRequest{Prefix: "00000000000000000"}, []string{prefix}},
		{"a fragment too short to look among everyone's", root, pat.ListRequest{Prefix: "abc"}, []string{prefix}},
		{"a group and an owner", "carol", pat.ListRequest{Group: "7", Owner: "user#carol"}, []string{"groupId: either groupId or owner"}},
		{"a malformed group", "carol", pat.ListRequest{Group: "a b"}, []string{"groupId: " + groupIs}},
		{"a malformed owner", root, pat.ListRequest{Owner: "carol"}, []string{owner}},
		{"another owner's cursor", "carol", pat.ListRequest{Cursor: others}, []string{cursor}},
		{"a group's cursor", "carol", pat.ListRequest{Cursor: groups}, []string{cursor}},
		{"a cursor of one's own for the group", "carol", pat.ListRequest{Group: "7", Cursor: others}, []string{cursor}},
		{"a cursor that is none", "carol", pat.ListRequest{Cursor: "abc"}, []string{cursor}},
		{"a cursor that is no text", "carol", pat.ListRequest{Cursor: "\xff"}, []string{cursor}},
		{"a cursor of another search", root, pat.ListRequest{Prefix: "0000", Cursor: "1111000000000000"}, []string{cursor}},
		{"a cursor of an owner who has none", root, pat.ListRequest{Owner: "user#nobody", Cursor: others}, []string{cursor}},
		{"all wrong at once", "carol", pat.ListRequest{Limit: -1, Status: "x", Prefix: "!", Group: "a b"},
			[]string{limit, "status: one of active, not_yet_valid, disabled, suspended, exhausted, expired, revoked, compromised", prefix, "groupId: " + groupIs}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			w.refusedFields(errOf(w.List(w.ctx, w.as(c.user), c.req)), pat.CodeInvalid, c.want...)
		})
	}
}

func TestWhoseTokensOneMayList(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	w.user("dave", inGroup("7", pat.RoleMember))
	w.create(w.as("carol"), forGroup("7"))
	w.create(w.as("bob"))
	for _, c := range []struct {
		name, user string
		req        pat.ListRequest
		want       int // -1: not found
	}{
		{"one's own", "bob", pat.ListRequest{}, 1},
		{"one's own by name", "bob", pat.ListRequest{Owner: "user#bob"}, 1},
		{"one's own, of which there are none", "alice", pat.ListRequest{}, 0},
		{"another's", "alice", pat.ListRequest{Owner: "user#bob"}, -1},
		{"nobody's", "alice", pat.ListRequest{Owner: "user#nobody"}, -1},
		{"an issuer's subject's", "alice", pat.ListRequest{Owner: "oidc#0123456789abcdef#x"}, -1},
		{"a group's, as its admin", "carol", pat.ListRequest{Group: "7"}, 1},
		{"a group's, as a member", "dave", pat.ListRequest{Group: "7"}, 1},
		{"a group's, as an owner", "dave", pat.ListRequest{Owner: "group#7"}, 1},
		{"another group's", "dave", pat.ListRequest{Group: "8"}, -1},
		{"another's, as an administrator", root, pat.ListRequest{Owner: "user#bob"}, 1},
		{"nobody's, as an administrator", root, pat.ListRequest{Owner: "user#nobody"}, 0},
		{"a group's, as an administrator", root, pat.ListRequest{Group: "7"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			page, err := w.List(w.ctx, w.as(c.user), c.req)
			if c.want < 0 {
				w.refused(err, pat.CodeNotFound)
			} else if w.must(err); len(page.Tokens) != c.want {
				t.Errorf("%d tokens, want %d", len(page.Tokens), c.want)
			}
		})
	}
	alice := w.as("alice")
	none := w.refused(errOf(w.List(w.ctx, alice, pat.ListRequest{Owner: "user#nobody"})), pat.CodeNotFound)
	for _, req := range []pat.ListRequest{{Owner: "user#bob"}, {Group: "7"}, {Group: "8"}} {
		if diff := compare(none, w.refused(errOf(w.List(w.ctx, alice, req)), pat.CodeNotFound)); diff != "" {
			t.Errorf("%+v differs from an unknown owner: %s", req, diff)
		}
	}
}

func TestOwnersWhoShareATagSeeTheirOwn(t *testing.T) {
	w := newWorld(t)
	same := func(o *pat.Owner) { o.Tag = "k3v9b2mq" }
	w.user("alice", same)
	w.user("bob", same)
	for _, name := range []string{"alice", "bob", "alice"} {
		w.several(w.as(name), 1)
	}
	for name, want := range map[string]int{"alice": 2, "bob": 1} {
		for _, token := range slices.Concat(w.pages(w.as(name), pat.ListRequest{Limit: 1})...) {
			if want--; token.Owner != pat.UserID(name) {
				t.Errorf("%s sees a token of %s", name, token.Owner)
			}
		}
		if want != 0 {
			t.Errorf("%s sees %d too few", name, want)
		}
	}
}

func TestAnAdministratorFindsWhoseAPrefixIs(t *testing.T) {
	w := newWorld(t)
	made := map[pat.Prefix]pat.OwnerID{}
	for i := range 6 {
		name := fmt.Sprint("user", i)
		w.user(name, func(o *pat.Owner) { o.Tag = pat.Tag(fmt.Sprint("abcd000", i)) })
		made[w.create(w.as(name)).Token.Prefix] = pat.UserID(name)
	}
	w.create(w.as("alice"))
	var found []pat.Prefix
	pages := w.pages(w.as(root), pat.ListRequest{Prefix: "abcd", Limit: 2})
	if len(pages) != 3 {
		t.Errorf("%d pages", len(pages))
	}
	for _, page := range pages {
		for _, token := range page {
			if found = append(found, token.Prefix); made[token.Prefix] != token.Owner {
				t.Errorf("%s is said to be %s's", token.Prefix, token.Owner)
			}
		}
	}
	if len(found) != 6 || !slices.IsSorted(found) {
		t.Errorf("found %v", found)
	}
	one, err := w.List(w.ctx, w.as(root), pat.ListRequest{Prefix: string(found[3]), Status: pat.StatusActive})
	if w.must(err); len(one.Tokens) != 1 || one.Next != "" {
		t.Errorf("a whole prefix: %d tokens, next %q", len(one.Tokens), one.Next)
	}
	if none := slices.Concat(w.pages(w.as(root), pat.ListRequest{Prefix: "abcd", Limit: 2, Status: pat.StatusRevoked})...); len(none) != 0 {
		t.Errorf("%d revoked ones", len(none))
	}
	w.create(w.as(root))
	for name, c := range map[string]struct {
		req  pat.ListRequest
		want int
	}{
		"his own alone":                   {pat.ListRequest{}, 1},
		"one owner's of the prefix":       {pat.ListRequest{Prefix: "abcd", Owner: "user#user2"}, 1},
		"another owner's of the prefix":   {pat.ListRequest{Prefix: "abcd", Owner: "user#alice"}, 0},
		"a group's of the prefix":         {pat.ListRequest{Prefix: "abcd", Group: "7"}, 0},
		"those of his own of that prefix": {pat.ListRequest{Prefix: "abcd", Owner: "user#root"}, 0},
	} {
		if page, err := w.List(w.ctx, w.as(root), c.req); err != nil || len(page.Tokens) != c.want {
			t.Errorf("%s: %d tokens, %v", name, len(page.Tokens), err)
		}
	}
	own, err := w.List(w.ctx, w.as("user0"), pat.ListRequest{Prefix: "abcd"})
	if w.must(err); len(own.Tokens) != 1 {
		t.Errorf("a user finds %d of everyone's", len(own.Tokens))
	}
}

func TestAFailingStoreIsNoEmptyList(t *testing.T) {
	w := newWorld(t)
	alice, admin := w.as("alice"), w.as(root)
	down := errors.New("the store is down")
	w.store.fail("Tokens", down)
	w.store.fail("FindTokens", down)
	w.refused(errOf(w.List(w.ctx, alice, pat.ListRequest{})), pat.CodeUnavailable)
	w.refused(errOf(w.List(w.ctx, admin, pat.ListRequest{Prefix: "0000"})), pat.CodeUnavailable)
	w.store.fail("Owner", down)
	w.refused(errOf(w.List(w.ctx, alice, pat.ListRequest{})), pat.CodeUnavailable)
}
