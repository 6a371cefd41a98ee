package storetest

import (
	"bytes"
	"strings"
	"time"

	"latchkey/shared/pat"
)

func answerCases() []testCase {
	return []testCase{
		{"are not found where there is none", func(w *world) {
			o := w.owner("user#alice")
			_, err := w.store.Answer(w.Context(), o.Tag, "key")
			w.wants("read an answer", err, pat.ErrNotFound)
		}},
		{"come back whole, as large as is legal", func(w *world) {
			o := w.owner("user#alice")
			a := w.draftAnswer(o, strings.Repeat("0123456789abcdef", 4))
			a.Sealed = bytes.Repeat([]byte("\x00\xff\x80sealed"), 4000)
			w.answer(&o, a)
			w.same("answer", w.answered(o.Tag, a.Key), a)
			w.utc("the end of an answer", w.answered(o.Tag, a.Key).Until)
		}},
		{"are kept apart by tag and by key", func(w *world) {
			alice, bob := w.owner("user#alice"), w.owner("user#bob")
			first, second, third := w.draftAnswer(alice, "1"), w.draftAnswer(alice, "2"), w.draftAnswer(bob, "1")
			third.Sealed = []byte("bob's")
			w.answer(&alice, first)
			w.answer(&alice, second)
			w.answer(&bob, third)
			for _, a := range []pat.Answer{first, second, third} {
				w.same("answer", w.answered(a.Tag, a.Key), a)
			}
			_, err := w.store.Answer(w.Context(), bob.Tag, "2")
			w.wants("read an answer", err, pat.ErrNotFound)
		}},
		{"lie under the tag that they name, whosever the token is", func(w *world) {
			group, caller := w.owner("group#7"), w.owner("user#alice")
			a := w.draftAnswer(caller, "key")
			w.answer(&group, a)
			w.same("answer", w.answered(caller.Tag, "key"), a)
			_, err := w.store.Answer(w.Context(), group.Tag, "key")
			w.wants("read an answer", err, pat.ErrNotFound)
		}},
		{"are returned whatever their age", func(w *world) {
			o := w.owner("user#alice")
			a := w.draftAnswer(o, "key")
			a.Until = noon().Add(time.Millisecond)
			w.answer(&o, a)
			w.create(&o, w.later(w.draft(o), 3600))
			w.same("answer", w.answered(o.Tag, "key"), a)
		}},
		{"are no tokens", func(w *world) {
			o := w.owner("user#alice")
			a := w.draftAnswer(o, "00000000")
			w.answer(&o, a)
			w.same("number of tokens", len(w.walk(o, 1)), 1)
			w.absent(pat.Prefix(o.Tag) + "00000000")
		}},
		{"are copies", func(w *world) {
			o := w.owner("user#alice")
			given := w.draftAnswer(o, "key")
			w.answer(&o, given)
			clear(given.Sealed)
			want := w.draftAnswer(o, "key")
			w.same("answer after what was given has changed", w.answered(o.Tag, "key"), want)
			clear(w.answered(o.Tag, "key").Sealed)
			w.same("answer after what was returned has changed", w.answered(o.Tag, "key"), want)
		}},
	}
}

// answer stores an answer beside a new token of the owner.
func (w *world) answer(o *pat.Owner, a pat.Answer) {
	w.Helper()
	w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: w.draft(*o), OwnerVersion: o.Version, Answer: &a}))
	o.Version++
}

func (w *world) answered(tag pat.Tag, key string) pat.Answer {
	w.Helper()
	a, err := w.store.Answer(w.Context(), tag, key)
	w.must(err)
	return a
}
