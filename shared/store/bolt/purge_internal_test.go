package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// keysOf lists a bucket's keys.
func (s *Store) keysOf(t *testing.T, bucket string) (keys []string) {
	t.Helper()
	must(t, s.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(key, _ []byte) error {
			keys = append(keys, string(key))
			return nil
		})
	}))
	return keys
}

// indexed checks that the indexes say what the tokens do.
func (s *Store) indexed(t *testing.T) {
	t.Helper()
	var due, ends []string
	for _, key := range s.keysOf(t, bucketTokens) {
		token, err := s.Token(t.Context(), pat.Prefix(key))
		must(t, err)
		if at := placesOf(token); at.due != "" {
			due = append(due, at.due)
		}
		if at := placesOf(token); at.end != "" {
			ends = append(ends, at.end)
		}
	}
	slices.Sort(due)
	slices.Sort(ends)
	same(t, "index of what is due", s.keysOf(t, bucketDue), due)
	same(t, "index of ends", s.keysOf(t, bucketEnds), ends)
}

func TestTheIndexesFollowTheTokens(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	token, other := s.token(t, &o), s.token(t, &o)
	s.indexed(t)
	for version, times := range [][2]time.Time{
		{noon(), noon().Add(time.Hour)}, {noon(), noon().Add(time.Hour)}, {{}, noon()}, {noon(), {}}, {{}, {}},
		{time.Unix(-1, 0), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}, {time.Unix(0, 0), time.Unix(0, 0)},
	} {
		token.DueAt, token.PurgeAt = times[0], times[1]
		must(t, s.UpdateToken(t.Context(), token, int64(version+1), pat.Standing{}))
		s.indexed(t)
	}
	s.spendUses(t, other.Prefix, 1)
	if err := s.UpdateToken(t.Context(), other, 7, pat.Standing{}); err == nil {
		t.Error("changed at another version")
	}
	s.indexed(t)
	token.DueAt = time.Time{}
	must(t, s.UpdateToken(t.Context(), token, 8, pat.Standing{}))
	s.indexed(t)
	_, err := s.Purge(t.Context(), noon().Add(pat.CollectAfter), 10)
	must(t, err)
	s.indexed(t)
	same(t, "number of tokens", len(s.keysOf(t, bucketTokens)), 1)
}

func TestWhatIsPurgedIsInTheOutbox(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	first, second, marked := s.told(t, &o), s.told(t, &o), s.told(t, &o)
	marked.LastChange = pat.Change{Kind: pat.ChangePurged, Via: "system", At: noon()}
	must(t, s.UpdateToken(t.Context(), marked, 1, pat.Standing{}))
	want := s.pending(t, 10)
	at := noon().Add(pat.CollectAfter + 2*time.Hour + time.Minute)
	n, err := s.Purge(t.Context(), at, 10)
	must(t, err)
	same(t, "number", n, 3)
	for i, gone := range []pat.Token{first, second} {
		gone.Version, gone.LastChange = 2, pat.Change{Kind: pat.ChangePurged, Via: "system", At: at}
		want = append(want, entryOf(uint64(5+i), gone))
	}
	same(t, "outbox", s.pending(t, 10), want)
	n, err = s.Purge(t.Context(), at, 10)
	must(t, err)
	same(t, "number", n, 0)
	same(t, "outbox", s.pending(t, 10), want)
}

func TestAPurgeOfNothingWritesNothing(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	s.token(t, &o)
	before := s.commits(t)
	_, err := s.Purge(t.Context(), noon(), 10)
	must(t, err)
	same(t, "commits", s.commits(t), before)
}

func TestADamagedTokenIsNotPurgedAndHindersNoOther(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	var all []pat.Token
	for range 2 * toldUnread {
		all = append(all, s.told(t, &o))
	}
	for range 3 {
		s.told(t, &o)
	}
	for _, token := range all {
		s.rewrite(t, bucketTokens, string(token.Prefix), func(row []byte) []byte { return row[1:] })
	}
	for _, want := range []int{2, 1, 0} {
		n, err := s.Purge(t.Context(), noon().Add(pat.CollectAfter+3*time.Hour), 2)
		damaged(t, "Purge", err)
		same(t, "number", n, want)
		if told := strings.Count(err.Error(), "the token at"); told != toldUnread || !strings.Contains(err.Error(), string(all[0].Prefix)) {
			t.Errorf("%d are told of: %v", told, err)
		}
	}
	same(t, "number of tokens", len(s.keysOf(t, bucketTokens)), 2*toldUnread)
}

func TestADamagedTokenStaysDueAndHindersNoOther(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	bad, good := s.token(t, &o), s.token(t, &o)
	s.rewrite(t, bucketTokens, string(bad.Prefix), func(row []byte) []byte { return row[1:] })
	due, err := s.Due(t.Context(), noon().Add(3*time.Hour), 100)
	must(t, err)
	same(t, "due", due, []pat.Prefix{bad.Prefix, good.Prefix})
}

func TestADamagedAnswerIsPurged(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	s.answered(t, &o, o.Tag, "damaged", noon())
	s.rewrite(t, bucketAnswers, answerAt(o.Tag, "damaged"), func(row []byte) []byte { return row[1:] })
	_, err := s.Purge(t.Context(), noon().Add(time.Minute), 10)
	must(t, err)
	same(t, "answers", s.answers(t, o.Tag), []string{})
}

// What the index names can be gone, or replaced by something that lasts longer.
func TestAnIndexThatIsBehindIsPutRight(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	for i := range 10 {
		s.answered(t, &o, o.Tag, fmt.Sprintf("old%d", i), noon())
	}
	s.answered(t, &o, o.Tag, "new", noon().Add(time.Minute)) // which clears some away
	s.answered(t, &o, o.Tag, "old9", noon().Add(time.Minute))
	_, err := s.Purge(t.Context(), noon().Add(time.Minute), 100)
	must(t, err)
	same(t, "answers", s.answers(t, o.Tag), []string{"new", "old9"})
	_, err = s.Purge(t.Context(), noon().Add(2*time.Minute), 100)
	must(t, err)
	same(t, "answers", s.answers(t, o.Tag), []string{})
	s.indexed(t)
}

// An index of a version before names the end of a token's retention.
func TestAnIndexOfAVersionBeforeIsPutRight(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	ahead, told := s.token(t, &o), s.told(t, &o)
	must(t, s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(bucketEnds)).Delete([]byte(placesOf(told).end)) }))
	for _, token := range []pat.Token{ahead, told} {
		s.rewrite(t, bucketEnds, timed(token.PurgeAt, endToken+string(token.Prefix)), func([]byte) []byte { return nil })
	}
	_, err := s.Purge(t.Context(), noon().Add(3*time.Hour), 10)
	must(t, err)
	s.indexed(t)
	_, err = s.Purge(t.Context(), noon().Add(pat.CollectAfter+3*time.Hour), 10)
	must(t, err)
	same(t, "tokens", s.keysOf(t, bucketTokens), []string{string(ahead.Prefix)})
	s.indexed(t)
}

func TestAnIndexThatIsWrongTakesNoToken(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	token := s.token(t, &o)
	for _, wrong := range []string{timed(noon(), endToken+string(token.Prefix)), timed(noon(), endToken), timed(noon(), endAnswer), timed(noon(), "x"), timed(noon(), "") + "\xff"} {
		s.rewrite(t, bucketEnds, wrong, func([]byte) []byte { return nil })
	}
	_, err := s.Purge(t.Context(), noon().Add(time.Hour), 100)
	must(t, err)
	got, err := s.Token(t.Context(), token.Prefix)
	must(t, err)
	same(t, "token", got, token)
	s.indexed(t)
}

func TestAFileDoesNotGrowWithWhatIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	s := open(t, path)
	o := s.owner(t, "user#alice")
	var settled int64
	for round := range 30 {
		at := noon().Add(time.Duration(round) * 24 * time.Hour)
		var all sync.WaitGroup // so that they share commits
		for i := range 50 {
			token := draft(t, o, at.Add(time.Duration(i)*time.Second))
			token.DueAt = time.Time{}
			a := pat.Answer{Tag: o.Tag, Key: fmt.Sprintf("%d-%d", round, i), Sealed: make([]byte, 500), Until: at.Add(10 * time.Minute)}
			all.Go(func() {
				if err := s.CreateToken(t.Context(), pat.NewToken{Token: token, Answer: &a}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for n := 16; n == 16; {
			var err error
			n, err = s.Purge(t.Context(), at.Add(pat.CollectAfter+20*time.Hour), 16)
			must(t, err)
		}
		must(t, s.Delivered(t.Context(), 1<<62))
		info, err := os.Stat(path)
		must(t, err)
		if round == 5 {
			settled = info.Size()
		}
		if round > 5 && info.Size() > settled {
			t.Fatalf("%d bytes after %d rounds, %d after five", info.Size(), round, settled)
		}
	}
	for _, bucket := range []string{bucketTokens, bucketAnswers, bucketDue, bucketEnds, bucketOutbox} {
		same(t, bucket, s.keysOf(t, bucket), []string{})
	}
}

func TestAFileOfTheVersionBeforeIsBroughtToThisOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	s := open(t, path)
	o := s.owner(t, "user#alice")
	var all []pat.Token
	for i := range 3 {
		token := draft(t, o, noon().Add(time.Duration(i)*time.Second))
		token.DueAt = time.Time{}
		must(t, s.CreateToken(t.Context(), pat.NewToken{Token: token, OwnerVersion: o.Version}))
		o.Version++
		all = append(all, token)
	}
	s.answered(t, &o, o.Tag, "answer", noon())
	must(t, s.db.Update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte(bucketDue)), tx.DeleteBucket([]byte(bucketEnds)),
			tx.Bucket([]byte(bucketMeta)).Put([]byte(keyFormat), []byte(formatBefore)))
	}))
	s.rewrite(t, bucketTokens, string(all[2].Prefix), func(row []byte) []byte { return row[1:] })
	must(t, s.Close())

	for range 2 { // and what is of this version is opened as it is
		s = open(t, path)
		got, err := s.Token(t.Context(), all[0].Prefix)
		must(t, err)
		same(t, "token", got, all[0])
		same(t, "number of ends", len(s.keysOf(t, bucketEnds)), 3)
		must(t, s.Close())
	}
	s = open(t, path)
	for _, c := range []struct {
		after time.Duration
		n     int
	}{{3 * time.Hour, 1}, {pat.CollectAfter + 3*time.Hour, 2}, {1000 * time.Hour, 0}} { // the answer, the tokens
		n, err := s.Purge(t.Context(), noon().Add(c.after), 10)
		must(t, err)
		same(t, "number", n, c.n)
	}
	_, err := s.Token(t.Context(), all[2].Prefix)
	damaged(t, "Token", err)
}
