package storetest

import (
	"time"

	"latchkey/shared/pat"
)

func replayCases() []testCase {
	return []testCase{
		{"makes one token for many at once", func(w *world) { w.repeatAtOnce(1) }},
		{"makes one token for many at once, over four processes", func(w *world) { w.repeatAtOnce(4) }},
		{"makes one token for a group too", func(w *world) {
			s := w.site()
			o := pat.Owner{ID: "user#alice", Tag: w.tag(), Epoch: 1, Groups: []pat.Membership{{Group: "7", Role: pat.RoleAdmin}}}
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			req := replayed("key")
			req.Group = "7"
			first, err := s.Create(w.Context(), s.caller(o.ID), req)
			w.must(err)
			second, err := s.Create(w.Context(), s.caller(o.ID), req)
			w.must(err)
			w.sameResult(second, first)
			w.same("tokens of the group", len(w.walk(w.row("group#7"), 10)), 1)
		}},
		{"refuses another request under the key", func(w *world) {
			s := w.site()
			o := w.owner("user#alice")
			_, err := s.Create(w.Context(), s.caller(o.ID), replayed("key"))
			w.must(err)
			other := replayed("key")
			other.Replay.Body = pat.NewSecret("another body").Hash()
			_, err = s.Create(w.Context(), s.caller(o.ID), other)
			w.refused("create with the key of another request", err, pat.CodeIdempotencyReused)
			w.same("tokens", len(w.walk(o, 10)), 1)
		}},
		{"ends after ten minutes", func(w *world) {
			s := w.site()
			o := w.owner("user#alice")
			first, err := s.Create(w.Context(), s.caller(o.ID), replayed("key"))
			w.must(err)
			w.clock.advance(10*time.Minute - time.Millisecond)
			second, err := s.Create(w.Context(), s.caller(o.ID), replayed("key"))
			w.must(err)
			w.sameResult(second, first)
			w.clock.advance(time.Millisecond)
			third, err := s.Create(w.Context(), s.caller(o.ID), replayed("key"))
			w.must(err)
			if third.Replayed || third.Token.ID == first.Token.ID {
				w.Error("the answer was repeated after its time")
			}
			w.same("tokens", len(w.walk(o, 10)), 2)
		}},
		{"is another for each user", func(w *world) {
			s := w.site()
			for _, id := range []pat.OwnerID{"user#alice", "user#bob"} {
				o := w.owner(id)
				made, err := s.Create(w.Context(), s.caller(id), replayed("key"))
				w.must(err)
				w.same("owner", made.Token.Owner, id)
				w.same("tokens", len(w.walk(o, 10)), 1)
			}
		}},
	}
}

func (w *world) repeatAtOnce(processes int) {
	o := w.owner("user#alice")
	sites := w.sites(processes)
	var callers []pat.Caller
	for _, s := range sites {
		callers = append(callers, s.caller(o.ID))
	}
	results := make([]pat.CreateResult, 24)
	first := -1
	for i, err := range atOnce(len(results), func(i int) (err error) {
		results[i], err = sites[i%processes].Create(w.Context(), callers[i%processes], replayed("key"))
		return err
	}) {
		w.must(err)
		if !results[i].Replayed {
			if first >= 0 {
				w.Error("two requests made a token")
			}
			first = i
		}
	}
	if first < 0 {
		w.Fatal("no request made a token")
	}
	for i, r := range results {
		if i != first {
			w.sameResult(r, results[first])
		}
	}
	w.same("tokens", len(w.walk(o, 10)), 1)
	sites[0].verdicts(results, pat.VerifyValid)
}

// sameResult checks that an answer is the repetition of another.
func (w *world) sameResult(got, want pat.CreateResult) {
	w.Helper()
	w.same("token", got.Token, want.Token)
	if got.Secret.Reveal() != want.Secret.Reveal() {
		w.Error("the secret is another one")
	}
	if !got.Replayed {
		w.Error("the answer does not say that it is repeated")
	}
}
