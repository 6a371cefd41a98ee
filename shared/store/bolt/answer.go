package bolt

import (
	"context"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// answerRow is a pat.Answer on the disk. What it says is sealed before it comes here.
type answerRow struct {
	Format int       `json:"v"`
	Tag    pat.Tag   `json:"tag"`
	Key    string    `json:"key"`
	Body   pat.Hash  `json:"body"`
	Sealed []byte    `json:"sealed"`
	Until  time.Time `json:"until"`
}

// answerAt is where an answer lies. All tags are of one length, so no two answers meet.
func answerAt(tag pat.Tag, key string) string { return string(tag) + key }

// endOf is an answer's place in the index of ends. It stays when the answer is cleared away earlier or replaced, until its
// time comes and nothing is found there.
func endOf(a pat.Answer) string { return timed(a.Until, endAnswer+answerAt(a.Tag, a.Key)) }

// Answer implements pat.Store.
func (s *Store) Answer(ctx context.Context, tag pat.Tag, key string) (a pat.Answer, err error) {
	err = s.view(ctx, "get answer", func(tx *bbolt.Tx) error {
		a, err = getAnswer(tx, tag, key)
		return err
	})
	return a, err
}

func encodeAnswer(a pat.Answer) ([]byte, error) {
	row := answerRow{Format: rowFormat, Tag: a.Tag, Key: a.Key, Body: a.Body, Sealed: a.Sealed, Until: a.Until.UTC()}
	if err := row.check(a.Tag, a.Key); err != nil {
		return nil, err
	}
	return encode(row)
}

func getAnswer(tx *bbolt.Tx, tag pat.Tag, key string) (pat.Answer, error) {
	raw := get(tx, bucketAnswers, answerAt(tag, key))
	if raw == nil {
		return pat.Answer{}, pat.ErrNotFound
	}
	var r answerRow
	if err := decode(raw, &r); err != nil {
		return pat.Answer{}, err
	}
	if err := r.check(tag, key); err != nil {
		return pat.Answer{}, err
	}
	return pat.Answer{Tag: r.Tag, Key: r.Key, Body: r.Body, Sealed: r.Sealed, Until: r.Until}, nil
}

// How much of the answers' upkeep falls to one creation: what it may delete, and what it looks at for that.
const (
	sweptAnswers  = 8
	lookedAnswers = 64
)

// sweepAnswers deletes old answers under the tag of the new one. It looks at those behind the new one's key
// and then at those from the first; keys are digests, so in the course of some creations all have their turn.
// One that cannot be read is left for whoever asks for it.
func (c *creation) sweepAnswers(t *txn) error {
	tag, own := string(c.answerTag), answerAt(c.answerTag, c.answerKey)
	cursor := t.tx.Bucket([]byte(bucketAnswers)).Cursor()
	looked, old := 0, []string(nil)
	look := func(from string, within func(key string) bool) {
		for raw, _ := cursor.Seek([]byte(from)); raw != nil && looked < lookedAnswers && len(old) < sweptAnswers; raw, _ = cursor.Next() {
			key := string(raw)
			if !strings.HasPrefix(key, tag) || !within(key) {
				return
			}
			looked++
			a, err := getAnswer(t.tx, c.answerTag, key[len(tag):])
			if err == nil && key != own && !c.at.Before(a.Until) {
				old = append(old, key)
			}
		}
	}
	look(own, func(string) bool { return true })
	look(tag, func(key string) bool { return key < own })
	for _, key := range old {
		if err := t.delete(bucketAnswers, key); err != nil {
			return err
		}
	}
	return nil
}

func (r *answerRow) check(tag pat.Tag, key string) error {
	var w wrong
	w.unless(r.Format == rowFormat, "the format is another version's")
	w.unless(len(tag) == pat.TagLen && r.Tag == tag && r.Key == key, "the key is not the record's own")
	w.unless(len(r.Sealed) > 0 && !r.Until.IsZero(), "there is no answer or no end to it")
	return w.err
}
