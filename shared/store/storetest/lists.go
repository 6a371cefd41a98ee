package storetest

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"latchkey/shared/pat"
)

func listCases() []testCase {
	return []testCase{
		{"of an owner without tokens is empty", func(w *world) {
			w.same("listing", w.walk(w.owner("user#alice"), 5), []pat.Token{})
			w.same("listing", w.walk(pat.Owner{ID: "user#nobody", Tag: w.tag()}, 5), []pat.Token{})
		}},
		{"is whole and newest first, in pages of any size", func(w *world) {
			o := w.owner("user#alice")
			var want []pat.Token
			for second := range 11 {
				want = append(want, w.create(&o, w.later(w.draft(o), second)))
			}
			slices.Reverse(want)
			for _, max := range []int{1, 2, 3, 10, 11, 12, 200} {
				w.same("listing", w.walk(o, max), want)
			}
		}},
		{"goes by prefix within one second", func(w *world) {
			o := w.owner("user#alice")
			var want []pat.Token
			for range 9 {
				want = append(want, w.made(&o, 0))
			}
			slices.SortFunc(want, func(a, b pat.Token) int { return cmp.Compare(b.Prefix, a.Prefix) })
			w.same("listing", w.walk(o, 4), want)
		}},
		{"goes on below a prefix, whether a token is there or not", func(w *world) {
			o := w.owner("user#alice")
			t0, t1, t2 := w.made(&o, 0), w.made(&o, 10), w.made(&o, 20)
			between := w.addressed(o, noon().Add(15*time.Second)).Prefix
			above := w.addressed(o, noon().Add(time.Hour)).Prefix
			for before, want := range map[pat.Prefix][]pat.Token{
				above: {t2, t1, t0}, t2.Prefix: {t1, t0}, between: {t1, t0}, t1.Prefix: {t0}, t0.Prefix: {},
				pat.Prefix(o.Tag) + "00000000": {},
			} {
				w.same("listing below "+string(before), w.walkFrom(o, before, 2), want)
			}
		}},
		{"reaches from the first prefix of a tag to the last", func(w *world) {
			o := w.owner("user#alice")
			first, last := w.addressed(o, noon().AddDate(-50, 0, 0)), w.addressed(o, noon().AddDate(100, 0, 0))
			w.create(&o, first)
			middle := w.made(&o, 0)
			w.create(&o, last)
			w.same("listing", w.walk(o, 1), []pat.Token{last, middle, first})
			w.same("found", w.found(string(o.Tag), 3), []pat.Token{first, middle, last})
			w.live(o, noon(), 3)
		}},
		{"keeps apart two owners who share a tag", listSharedTag},
		{"keeps apart owners whose tags are neighbours", func(w *world) {
			a, b, c := w.ownerTagged("user#a", "0000000u"), w.ownerTagged("user#b", "0000000v"), w.ownerTagged("user#c", "00000010")
			first, last := w.made(&b, 0), w.made(&b, 1)
			w.made(&a, 2)
			w.made(&c, 0)
			w.same("listing", w.walk(b, 1), []pat.Token{last, first})
		}},
		{"shows what was last written", func(w *world) {
			o := w.owner("user#alice")
			t := w.made(&o, 0)
			w.same("listing", w.walk(o, 5), []pat.Token{t})
			t.RevokedAt = noon()
			w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
			t.Version = 2
			w.same("listing", w.walk(o, 5), []pat.Token{t})
			t.Usage = usedFrom(noon(), "192.0.2.1")
			w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, t.Usage))
			w.same("listing", w.walk(o, 5), []pat.Token{t})
		}},
		{"shows once each token that was there before it began", listWhileCreating},
	}
}

// later moves a draft to another second, and so to another prefix.
func (w *world) later(t pat.Token, second int) pat.Token {
	moved := w.addressed(pat.Owner{ID: t.Owner, Tag: t.Prefix.Tag()}, noon().Add(time.Duration(second)*time.Second))
	t.Prefix, t.ID, t.Hash, t.CreatedAt = moved.Prefix, moved.ID, moved.Hash, moved.CreatedAt
	return t
}

// walk turns all pages of an owner's tokens.
func (w *world) walk(o pat.Owner, max int) []pat.Token {
	w.Helper()
	return w.walkFrom(o, "", max)
}

// walkFrom takes pages that are short or empty, but none that is too long, and no turning in circles.
func (w *world) walkFrom(o pat.Owner, before pat.Prefix, max int) []pat.Token {
	w.Helper()
	var all []pat.Token
	for {
		page, next, err := w.store.Tokens(w.Context(), o.ID, o.Tag, before, max)
		w.must(err)
		if len(page) > max {
			w.Fatalf("%d tokens in a page, at most %d wanted", len(page), max)
		}
		all = append(all, page...)
		if next == "" {
			return all
		}
		if before != "" && next >= before {
			w.Fatalf("after %s the listing goes on at %s", before, next)
		}
		before = next
	}
}

func listSharedTag(w *world) {
	tag := w.tag()
	alice, bob := w.ownerTagged("user#alice", tag), w.ownerTagged("user#bob", tag)
	var alices, bobs []pat.Token
	for second := range 12 {
		if strings.Contains("0 1 5 6 7", string(rune('0'+second))) {
			alices = append(alices, w.made(&alice, second))
		} else {
			bobs = append(bobs, w.made(&bob, second))
		}
	}
	slices.Reverse(alices)
	slices.Reverse(bobs)
	for _, max := range []int{1, 2, 3, 100} {
		w.same("alice's tokens", w.walk(alice, max), alices)
		w.same("bob's tokens", w.walk(bob, max), bobs)
	}
	for o, want := range map[pat.OwnerID]int{alice.ID: len(alices), bob.ID: len(bobs), "user#carol": 0} {
		n, err := w.store.CountLive(w.Context(), o, tag, noon())
		w.must(err)
		w.same("live tokens of "+string(o), n, want)
	}
}

func listWhileCreating(w *world) {
	o := w.owner("user#alice")
	there := map[pat.Prefix]int{}
	for second := range 40 {
		there[w.made(&o, 2*second).Prefix] = 0
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 40 { // before, between and after those that are there
			t := w.addressed(o, noon().Add(time.Duration((i*37)%121-20)*time.Second))
			if err := w.store.CreateToken(w.Context(), pat.NewToken{Token: t, OwnerVersion: o.Version + int64(i)}); err != nil {
				w.Errorf("create: %v", err)
			}
		}
	})
	defer wg.Wait()
	seen := map[pat.Prefix]int{}
	for _, t := range w.walk(o, 3) {
		seen[t.Prefix]++
	}
	for p := range there {
		if seen[p] == 0 {
			w.Errorf("%s was not seen", p)
		}
	}
	for p, n := range seen {
		if n > 1 {
			w.Errorf("%s was seen %d times", p, n)
		}
	}
}
