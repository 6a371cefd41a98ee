package bolt

import (
	"fmt"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// answered makes a token at that time, and stores an answer for a minute under the tag.
func (s *Store) answered(t *testing.T, o *pat.Owner, tag pat.Tag, key string, at time.Time) {
	t.Helper()
	a := pat.Answer{Tag: tag, Key: key, Sealed: []byte("sealed"), Until: at.Add(time.Minute)}
	token := draft(t, *o, at.Add(time.Duration(o.Version)*time.Second)) // many at one moment could share a prefix
	token.CreatedAt = at
	must(t, s.CreateToken(t.Context(), pat.NewToken{Token: token, OwnerVersion: o.Version, Answer: &a}))
	o.Version++
}

// answers lists the keys under the tag.
func (s *Store) answers(t *testing.T, tag pat.Tag) (keys []string) {
	t.Helper()
	must(t, s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(bucketAnswers)).ForEach(func(key, _ []byte) error {
			if string(key[:len(tag)]) == string(tag) {
				keys = append(keys, string(key[len(tag):]))
			}
			return nil
		})
	}))
	return keys
}

func TestACreationClearsOldAnswersAway(t *testing.T) {
	s := open(t, "")
	o, other := s.owner(t, "user#alice"), s.owner(t, "user#bob")
	for i := range 10 {
		s.answered(t, &o, o.Tag, fmt.Sprintf("old%d", i), noon())
	}
	s.answered(t, &o, o.Tag, "young", noon().Add(time.Millisecond))
	s.answered(t, &other, other.Tag, "bob's", noon())
	same(t, "answers before any is old", len(s.answers(t, o.Tag)), 11)

	end := noon().Add(time.Minute)
	must(t, s.CreateToken(t.Context(), pat.NewToken{Token: draft(t, o, end), OwnerVersion: o.Version}))
	o.Version++
	same(t, "answers after a creation without one", len(s.answers(t, o.Tag)), 11)

	s.answered(t, &o, o.Tag, "old5", end) // which takes the old one's place, and clears eight of nine
	same(t, "answers", s.answers(t, o.Tag), []string{"old4", "old5", "young"})
	s.answered(t, &o, o.Tag, "zzz", end)
	same(t, "answers", s.answers(t, o.Tag), []string{"old5", "young", "zzz"})
	same(t, "bob's answers", s.answers(t, other.Tag), []string{"bob's"})
}

func TestUpkeepOfAnswersIsBoundedAndComesAround(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	for i := range lookedAnswers {
		s.answered(t, &o, o.Tag, fmt.Sprintf("m%02d", i), noon().Add(time.Hour))
	}
	for _, old := range []string{"a", "z"} {
		s.answered(t, &o, o.Tag, old, noon())
	}
	late := noon().Add(time.Hour)
	s.answered(t, &o, o.Tag, "b", late) // looks at what is behind it, and that is too much
	same(t, "answers", len(s.answers(t, o.Tag)), lookedAnswers+3)
	s.answered(t, &o, o.Tag, "y", late) // looks behind it, and from the first
	same(t, "answers", len(s.answers(t, o.Tag)), lookedAnswers+2)
}

func TestADamagedAnswerHindersNoCreation(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	s.answered(t, &o, o.Tag, "damaged", noon())
	s.rewrite(t, bucketAnswers, answerAt(o.Tag, "damaged"), func(row []byte) []byte { return row[1:] })
	s.answered(t, &o, o.Tag, "new", noon().Add(time.Hour))
	same(t, "answers", s.answers(t, o.Tag), []string{"damaged", "new"})
}

func TestAnAnswerIsClearedWithTheCreationOrNotAtAll(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	s.answered(t, &o, o.Tag, "old", noon())
	late := noon().Add(time.Hour)
	a := pat.Answer{Tag: o.Tag, Key: "new", Sealed: []byte("sealed"), Until: late.Add(time.Minute)}
	n := pat.NewToken{Token: draft(t, o, late), OwnerVersion: o.Version + 1, Answer: &a}
	if err := s.CreateToken(t.Context(), n); err == nil {
		t.Error("made at another version")
	}
	same(t, "answers", s.answers(t, o.Tag), []string{"old"})
}
