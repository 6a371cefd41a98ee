package bolt

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// Purge collects, at most max at once, what is past its end at the time: tokens that may be removed by then (pat.Token's
// CollectAt), and answers that are repeated no more. A token whose end nobody has told has an entry in the outbox. It returns
// how many it dealt with; max of them says that there may be others. A token that cannot be read stays, for whoever asks for
// it, and is an error that hinders no other. So does not an answer: nobody could repeat it.
func (s *Store) Purge(ctx context.Context, at time.Time, max int) (n int, err error) {
	at = at.UTC()
	var dealt int
	var unread error
	err = s.write(ctx, "purge", func(t *txn) error {
		p := purge{tx: t.tx, at: at}
		if err := p.gather(max); err != nil {
			return err
		}
		dealt, unread = len(p.ends), errors.Join(p.unread...)
		return p.put(t)
	})
	if err != nil { // the rest is the writer's, who may still be at it
		return 0, err
	}
	return dealt, wrap("purge", unread)
}

// purge is what one transaction collects.
type purge struct {
	tx      *bbolt.Tx
	at      time.Time
	ends    []string // keys in the index of ends that have had their time
	later   []string // those that belong into it instead
	answers []string
	tokens  []purged
	unread  []error // the first of them
}

// toldUnread bounds what one error lists.
const toldUnread = 8

type purged struct {
	prefix pat.Prefix
	places places
	entry  []byte // nil: none
}

func (p *purge) gather(max int) (err error) {
	upTo(p.tx, bucketEnds, p.at, func(key string) bool {
		if len(p.ends) == max {
			return false
		}
		err = p.look(key, key[timeLen:])
		return err == nil
	})
	return err
}

// look judges what the index names. A record that has another end by now is left alone: the index was not told when an
// answer was replaced, and one of a version before names the end of a token's retention.
func (p *purge) look(end, what string) error {
	if key, ok := strings.CutPrefix(what, endAnswer); ok && len(key) >= pat.TagLen {
		a, err := getAnswer(p.tx, pat.Tag(key[:pat.TagLen]), key[pat.TagLen:])
		damaged := err != nil && !errors.Is(err, pat.ErrNotFound)
		if damaged || err == nil && timed(a.Until, what) == end {
			p.answers = append(p.answers, key)
		}
	} else if key, ok := strings.CutPrefix(what, endToken); ok {
		t, err := getToken(p.tx, pat.Prefix(key))
		switch {
		case err == nil && placesOf(t).end == end:
			if err := p.take(t); err != nil {
				return err
			}
		case err == nil && placesOf(t).end != "":
			p.later = append(p.later, placesOf(t).end)
		case err != nil && !errors.Is(err, pat.ErrNotFound):
			if len(p.unread) < toldUnread {
				p.unread = append(p.unread, fmt.Errorf("the token at %s: %w", key, err))
			}
			return nil
		}
	}
	p.ends = append(p.ends, end)
	return nil
}

// take notes a token and, unless that was told, what the outbox is to say of its end. No version follows that of a record
// that is gone, so the next one is the entry's.
func (p *purge) take(t pat.Token) error {
	where := placesOf(t)
	if t.LastChange.Kind == pat.ChangePurged {
		p.tokens = append(p.tokens, purged{t.Prefix, where, nil})
		return nil
	}
	t.Version++
	t.LastChange = pat.Change{Kind: pat.ChangePurged, Via: "system", At: p.at}
	entry, err := encodeEntry(t)
	p.tokens = append(p.tokens, purged{t.Prefix, where, entry})
	return err
}

func (p *purge) put(t *txn) error {
	for _, key := range p.answers {
		if err := t.delete(bucketAnswers, key); err != nil {
			return err
		}
	}
	for _, gone := range p.tokens {
		err := errors.Join(t.move(gone.places, places{}), t.delete(bucketTokens, string(gone.prefix)))
		if err == nil && gone.entry != nil {
			err = t.emit(gone.entry)
		}
		if err != nil {
			return err
		}
	}
	for _, key := range p.ends {
		if err := t.delete(bucketEnds, key); err != nil {
			return err
		}
	}
	for _, key := range p.later {
		if err := t.moveIn(bucketEnds, "", key); err != nil {
			return err
		}
	}
	return nil
}
