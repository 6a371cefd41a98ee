package storetest

import "latchkey/shared/pat"

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
	} {
		cases = append(cases, testCase{c.name, func(w *world) { newStanding(w).check(c.by, c.holds) }})
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
