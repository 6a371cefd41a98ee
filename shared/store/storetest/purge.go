package storetest

import (
	"context"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// Purger is a store that collects old records only when it is told to.
type Purger interface {
	pat.Store
	// Purge removes, at most max at once, tokens whose CollectAt is not after at, and answers whose Until is not. It returns how
	// many it dealt with; max of them says that there may be others.
	Purge(ctx context.Context, at time.Time, max int) (n int, err error)
}

// RunPurge tests the stores that open returns, each of them empty, as Run does.
func RunPurge(t *testing.T, open func(t *testing.T) Purger) {
	for name, run := range map[string]func(*world, Purger){
		"takes tokens past their retention, the soonest first": purgeTakes,
		"goes by what the record says now":                     purgeFollows,
		"waits for the last notice":                            purgeWaits,
		"takes answers past their time":                        purgeAnswers,
		"spares a newer answer in an old one's place":          purgeSpares,
		"of an ended context, or of a closed store, is an error": func(w *world, s Purger) {
			ctx, cancel := context.WithCancel(w.Context())
			cancel()
			_, err := s.Purge(ctx, noon(), 1)
			w.fails("purge", err)
			w.must(s.Close())
			_, err = s.Purge(w.Context(), noon(), 1)
			w.fails("purge", err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			t.Cleanup(func() {
				if err := store.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			run(newWorld(t, store), store)
		})
	}
}

// purges checks how many a purge some time after noon deals with.
func (w *world) purges(s Purger, after time.Duration, max, want int) {
	w.Helper()
	n, err := s.Purge(w.Context(), noon().Add(after), max)
	w.must(err)
	w.same("number of records", n, want)
}

// collects checks how many a purge deals with some time after noon, and after what has ended by then may be removed.
func (w *world) collects(s Purger, after time.Duration, max, want int) {
	w.Helper()
	w.purges(s, pat.CollectAfter+after, max, want)
}

func purgeTakes(w *world, s Purger) {
	o := w.owner("user#alice")
	var made []pat.Token
	for i, hours := range []int{2, 1, 3, 4, 5} {
		t := w.later(w.draft(o), i)
		t.PurgeAt, t.DueAt = noon().Add(time.Duration(hours)*time.Hour), time.Time{}
		made = append(made, w.create(&o, t))
	}
	forever := w.later(w.draft(o), 5)
	forever.PurgeAt, forever.DueAt = time.Time{}, time.Time{}
	w.create(&o, forever)

	w.collects(s, time.Hour-time.Millisecond, 10, 0)
	w.collects(s, 4*time.Hour, 2, 2)
	w.absent(made[0].Prefix)
	w.absent(made[1].Prefix)
	w.same("token", w.stored(made[2].Prefix), made[2])
	w.collects(s, 4*time.Hour, 3, 2)
	w.collects(s, 4*time.Hour, 3, 0)
	w.same("tokens", w.walk(o, 10), []pat.Token{forever, made[4]})
	w.purges(s, 1_000_000*time.Hour, 10, 1)
	w.same("tokens", w.walk(o, 10), []pat.Token{forever})
	w.same("owner", w.row(o.ID), o)
}

func purgeWaits(w *world, s Purger) {
	o := w.owner("user#alice")
	t := w.draft(o)
	t.PurgeAt, t.DueAt = noon().Add(time.Hour), noon().Add(time.Hour)
	t = w.create(&o, t)
	w.collects(s, 2*time.Hour, 10, 0)
	w.dueIs(noon().Add(2*time.Hour), 10, t.Prefix)
	t.DueAt = time.Time{}
	t.LastChange = pat.Change{Kind: pat.ChangePurged, Via: "system", At: noon().Add(100 * time.Hour)} // later than it was due
	w.must(w.store.UpdateToken(w.Context(), t, t.Version, pat.Standing{}))
	w.collects(s, 100*time.Hour-time.Millisecond, 10, 0)
	w.collects(s, 100*time.Hour, 10, 1)
	w.absent(t.Prefix)
	w.dueIs(noon().Add(2*time.Hour), 10)
}

func purgeFollows(w *world, s Purger) {
	o := w.owner("user#alice")
	t := w.draft(o)
	t.DueAt = time.Time{}
	t = w.create(&o, t)
	for _, end := range []time.Duration{time.Hour, 3 * time.Hour, 0, 2 * time.Hour} {
		if t.PurgeAt = noon().Add(end); end == 0 {
			t.PurgeAt = time.Time{}
		}
		w.must(w.store.UpdateToken(w.Context(), t, t.Version, pat.Standing{}))
		t.Version++
	}
	w.must(w.store.TouchToken(w.Context(), t.Prefix, t.Usage.LastUsedAt, pat.Usage{LastUsedAt: noon()}))
	w.collects(s, 2*time.Hour-time.Millisecond, 10, 0)
	w.collects(s, 2*time.Hour, 10, 1)
	w.absent(t.Prefix)
	w.wants("update what is gone", w.store.UpdateToken(w.Context(), t, t.Version, pat.Standing{}), pat.ErrNotFound)
}

// answeredFor makes a token, and stores an answer that is repeated for so long.
func (w *world) answeredFor(o *pat.Owner, second int, key string, lasts time.Duration) {
	w.Helper()
	a := w.draftAnswer(*o, key)
	t := w.later(w.draft(*o), second)
	a.Until = t.CreatedAt.Add(lasts)
	w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: t, OwnerVersion: o.Version, Answer: &a}))
	o.Version++
}

func (w *world) hasAnswer(o pat.Owner, key string, want bool) {
	w.Helper()
	_, err := w.store.Answer(w.Context(), o.Tag, key)
	if want {
		w.must(err)
	} else {
		w.wants("read an answer that should not be", err, pat.ErrNotFound)
	}
}

func purgeAnswers(w *world, s Purger) {
	o := w.owner("user#alice")
	w.answeredFor(&o, 0, "short", time.Minute)
	w.answeredFor(&o, 1, "long", time.Hour)
	w.purges(s, time.Minute-time.Millisecond, 10, 0)
	w.purges(s, time.Minute, 10, 1)
	w.hasAnswer(o, "short", false)
	w.hasAnswer(o, "long", true)
	w.same("number of tokens", len(w.walk(o, 10)), 2)
}

func purgeSpares(w *world, s Purger) {
	o := w.owner("user#alice")
	w.answeredFor(&o, 0, "key", time.Minute)
	w.answeredFor(&o, 120, "key", time.Hour)
	_, err := s.Purge(w.Context(), noon().Add(time.Hour), 10)
	w.must(err)
	w.hasAnswer(o, "key", true)
	_, err = s.Purge(w.Context(), noon().Add(time.Hour+2*time.Minute), 10)
	w.must(err)
	w.hasAnswer(o, "key", false)
}
