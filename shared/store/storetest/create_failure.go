package storetest

import (
	"errors"
	"time"

	"latchkey/shared/pat"
)

// createFailureCases each break conditions of a CreateToken that would succeed otherwise.
func createFailureCases() []testCase {
	return []testCase{
		{"when the prefix is taken", failsWhole(pat.ErrPrefixTaken, func(f *failure) { f.takePrefix() })},
		{"when another owner has taken the prefix", failsWhole(pat.ErrPrefixTaken, func(f *failure) {
			other := f.ownerTagged("user#mallory", f.group.Tag)
			taken := f.create(&other, f.draft(other))
			f.n.Token.Prefix, f.n.Token.ID = taken.Prefix, taken.ID
		})},
		{"when the owner has moved on", failsWhole(pat.ErrOwnerMoved, func(f *failure) { f.moveOwner() })},
		{"when the owner is not yet there", failsWhole(pat.ErrOwnerMoved, func(f *failure) { f.n.OwnerVersion++ })},
		{"when there is no such owner", failsWhole(pat.ErrOwnerMoved, func(f *failure) { f.n.Token.Owner = "group#8" })},
		{"when there is no such owner, at version 0", failsWhole(pat.ErrOwnerMoved, func(f *failure) {
			f.n.Token.Owner, f.n.OwnerVersion = "group#8", 0
		})},
		{"when the maker's epoch has moved", failsWhole(pat.ErrCallerMoved, func(f *failure) { f.moveMaker() })},
		{"when there is no such maker", failsWhole(pat.ErrCallerMoved, func(f *failure) { f.n.By.Owner = "user#nobody" })},
		{"when there is no such maker, at epoch 0", failsWhole(pat.ErrCallerMoved, func(f *failure) {
			f.n.By = pat.Standing{Owner: "user#nobody"}
		})},
		{"when the answer is taken", failsWhole(pat.ErrAnswerTaken, func(f *failure) { f.takeAnswer(time.Hour) })},
		{"when the answer is taken for one more millisecond", failsWhole(pat.ErrAnswerTaken, func(f *failure) {
			f.takeAnswer(time.Millisecond)
		})},
		{"when all its conditions fail", failsWhole(nil, func(f *failure) {
			f.takePrefix()
			f.takeAnswer(time.Hour)
			f.moveOwner()
			f.moveMaker()
		})},
	}
}

// failure is a creation that a case spoils: by alice, for a group, with an answer.
type failure struct {
	*world
	group, maker pat.Owner
	n            pat.NewToken
}

func failsWhole(want error, spoil func(*failure)) func(*world) {
	return func(w *world) {
		f := &failure{world: w, group: w.owner("group#7"), maker: w.owner("user#alice")}
		answer := w.draftAnswer(f.maker, "key")
		f.n = pat.NewToken{Token: w.draft(f.group), OwnerVersion: 1, By: pat.Standing{Owner: f.maker.ID, Epoch: f.maker.Epoch}, Answer: &answer}
		spoil(f)
		f.check(want)
	}
}

// check tries the creation and compares all that it could have touched with what was there before.
func (f *failure) check(want error) {
	before := f.picture()
	err := f.store.CreateToken(f.Context(), f.n)
	if want != nil {
		f.wants("create", err, want)
	}
	if !errors.Is(err, pat.ErrCallerMoved) { // which no repetition mends
		f.wants("create", err, pat.ErrConflict)
	}
	f.same("what the creation could have touched", f.picture(), before)
}

type picture struct {
	Token, Owner, Maker, Answer any
	Tokens                      []pat.Token
}

// picture reads all that the creation names; what is not there is the error.
func (f *failure) picture() picture {
	f.Helper()
	orNone := func(v any, err error) any {
		if err != nil {
			f.wants("read", err, pat.ErrNotFound)
			return "none"
		}
		return v
	}
	var p picture
	t, err := f.store.Token(f.Context(), f.n.Token.Prefix)
	p.Token = orNone(t, err)
	o, err := f.store.Owner(f.Context(), f.n.Token.Owner)
	p.Owner = orNone(o, err)
	m, err := f.store.Owner(f.Context(), f.n.By.Owner)
	p.Maker = orNone(m, err)
	a, err := f.store.Answer(f.Context(), f.n.Answer.Tag, f.n.Answer.Key)
	p.Answer = orNone(a, err)
	p.Tokens = f.walk(f.group, 10)
	return p
}

func (f *failure) takePrefix() {
	f.create(&f.group, f.n.Token)
	f.n.OwnerVersion = f.group.Version
	f.n.Token.Hash, f.n.Token.Name = pat.Hash{1}, "another"
}

func (f *failure) moveOwner() { f.create(&f.group, f.draft(f.group)) }

func (f *failure) moveMaker() {
	f.maker.Epoch++
	f.must(f.store.PutOwner(f.Context(), f.maker, f.maker.Version, pat.Standing{}))
	f.maker.Version++
}

// takeAnswer stores an answer under the same key, which ends that long after the creation.
func (f *failure) takeAnswer(left time.Duration) {
	a := *f.n.Answer
	a.Sealed, a.Until = []byte("the first one"), f.n.Token.CreatedAt.Add(left)
	n := pat.NewToken{Token: f.draft(f.maker), OwnerVersion: f.maker.Version, Answer: &a}
	f.must(f.store.CreateToken(f.Context(), n))
	f.maker.Version++
}
