package storetest

import (
	"errors"

	"latchkey/shared/pat"
)

// A standing is judged alike by each of the three writes that take one. In every case alice is the caller, with a
// session and with a token, and writes to the group 7; in the last ones the record that she names is the one that
// she writes.
func standingCases() []testCase {
	var cases []testCase
	for _, c := range []struct {
		name  string
		holds bool
		by    func(*standing) pat.Standing
	}{
		{"with nothing asked for", true, func(*standing) pat.Standing { return pat.Standing{} }},
		{"while the owner is at the epoch", true, func(s *standing) pat.Standing { return pat.Standing{Owner: s.alice.ID, Epoch: 5} }},
		{"while the token is at the version", true, func(s *standing) pat.Standing { return pat.Standing{Token: s.token.Prefix, Version: 1} }},
		{"while both are", true, func(s *standing) pat.Standing {
			return pat.Standing{Owner: s.alice.ID, Epoch: 5, Token: s.token.Prefix, Version: 1}
		}},
		{"not at another epoch", false, func(s *standing) pat.Standing { return pat.Standing{Owner: s.alice.ID, Epoch: 4} }},
		{"not for an owner that is not there", false, func(*standing) pat.Standing { return pat.Standing{Owner: "user#nobody"} }},
		{"not at another version", false, func(s *standing) pat.Standing { return pat.Standing{Token: s.token.Prefix, Version: 2} }},
		{"not for a token that is not there", false, func(s *standing) pat.Standing { return pat.Standing{Token: s.draft(s.alice).Prefix, Version: 1} }},
		{"not while only one of both is", false, func(s *standing) pat.Standing {
			return pat.Standing{Owner: s.alice.ID, Epoch: 5, Token: s.token.Prefix, Version: 2}
		}},
		{"while the record that is written is", true, func(s *standing) pat.Standing {
			return pat.Standing{Owner: s.group.ID, Epoch: s.group.Epoch, Token: s.changed.Prefix, Version: 1}
		}},
		{"not while the record that is written is not", false, func(s *standing) pat.Standing {
			return pat.Standing{Owner: s.group.ID, Epoch: s.group.Epoch + 1}
		}},
		{"not while the token that is written is not", false, func(s *standing) pat.Standing {
			return pat.Standing{Token: s.changed.Prefix, Version: 2}
		}},
	} {
		cases = append(cases, testCase{c.name, func(w *world) { newStanding(w).check(c.by, c.holds) }})
	}
	for _, c := range []struct {
		name string
		does func(s *standing, made pat.Token, by pat.Standing) error
	}{
		{"put", func(s *standing, _ pat.Token, by pat.Standing) error {
			return s.store.PutOwner(s.Context(), s.group, s.group.Version, by)
		}},
		{"create", func(s *standing, made pat.Token, by pat.Standing) error {
			return s.store.CreateToken(s.Context(), pat.NewToken{Token: made, OwnerVersion: s.group.Version, By: by})
		}},
		{"update", func(s *standing, _ pat.Token, by pat.Standing) error {
			return s.store.UpdateToken(s.Context(), s.changed, s.changed.Version, by)
		}},
	} {
		cases = append(cases,
			testCase{c.name + " comes before the epoch moves, or not at all", func(w *world) { newStanding(w).race(c.does, (*standing).moveEpoch) }},
			testCase{c.name + " comes before the token moves, or not at all", func(w *world) { newStanding(w).race(c.does, (*standing).moveToken) }})
	}
	return cases
}

type standing struct {
	*world
	alice, group   pat.Owner
	token, changed pat.Token // alice's, and the group's
}

func newStanding(w *world) *standing {
	s := &standing{world: w, alice: w.owner("user#alice"), group: w.owner("group#7")}
	s.alice.Epoch = 5
	w.must(w.store.PutOwner(w.Context(), s.alice, 1, pat.Standing{}))
	s.alice.Version = 2
	s.token = w.made(&s.alice, 0)
	s.changed = w.made(&s.group, 0)
	return s
}

// check makes each write once, and sees that it has happened, or that nothing has.
func (s *standing) check(by func(*standing) pat.Standing, holds bool) {
	s.Helper()
	verdict := func(doing string, err error) {
		s.Helper()
		if holds {
			s.must(err)
		} else {
			s.wants(doing, err, pat.ErrCallerMoved)
		}
	}
	put := s.group.Version
	verdict("put the owner", s.store.PutOwner(s.Context(), s.group, put, by(s)))
	if holds {
		put++
	}
	made := s.draft(s.group)
	verdict("create", s.store.CreateToken(s.Context(), pat.NewToken{Token: made, OwnerVersion: put, By: by(s)}))
	if holds {
		put++
		s.same("made", s.stored(made.Prefix), made)
	} else {
		s.absent(made.Prefix)
	}
	after := s.changed.Clone()
	after.Name = "changed"
	verdict("update", s.store.UpdateToken(s.Context(), after, 1, by(s)))
	want := s.changed
	if holds {
		want, want.Version = after, 2
	}
	s.same("changed", s.stored(s.changed.Prefix), want)
	if got := s.row(s.group.ID).Version; got != put {
		s.Errorf("the owner is at version %d, want %d", got, put)
	}
}

// stand is alice's standing now, with her session and with her token.
func (s *standing) stand() pat.Standing {
	return pat.Standing{Owner: s.alice.ID, Epoch: s.alice.Epoch, Token: s.token.Prefix, Version: s.token.Version}
}

func (s *standing) moveEpoch() error {
	moved := s.alice
	moved.Epoch++
	return s.store.PutOwner(s.Context(), moved, s.alice.Version, pat.Standing{})
}

func (s *standing) moveToken() error {
	return s.store.UpdateToken(s.Context(), s.token, s.token.Version, pat.Standing{})
}

// race makes alice's write while she loses her standing. What has happened by the time that the loss is
// acknowledged is all that ever happens.
func (s *standing) race(does func(*standing, pat.Token, pat.Standing) error, move func(*standing) error) {
	s.Helper()
	for range 8 {
		by, made := s.stand(), s.draft(s.group)
		var seen footprint
		results := atOnce(2, func(i int) error {
			if i == 0 {
				return does(s, made, by)
			}
			err := move(s)
			seen = s.footprint(made.Prefix)
			return err
		})
		s.must(results[1])
		if results[0] != nil {
			s.wants("a write by whom his rights were taken", results[0], pat.ErrCallerMoved)
		}
		s.same("what was written", s.footprint(made.Prefix), seen)
		before := footprint{Owner: s.group.Version, Token: s.changed.Version}
		s.same("is written", seen != before, results[0] == nil)
		s.alice, s.group = s.row(s.alice.ID), s.row(s.group.ID)
		s.token, s.changed = s.stored(s.token.Prefix), s.stored(s.changed.Prefix)
	}
}

// footprint is what the three writes leave: two versions, and whether a token was made.
type footprint struct {
	Owner, Token int64
	Made         bool
}

// footprint reads without ending the case: it may run beside it.
func (s *standing) footprint(made pat.Prefix) footprint {
	o, err := s.store.Owner(s.Context(), s.group.ID)
	t, other := s.store.Token(s.Context(), s.changed.Prefix)
	if err := errors.Join(err, other); err != nil {
		s.Error(err)
	}
	_, err = s.store.Token(s.Context(), made)
	if err != nil && !errors.Is(err, pat.ErrNotFound) {
		s.Error(err)
	}
	return footprint{o.Version, t.Version, err == nil}
}
