package bolt

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// creation is a CreateToken, made ready for the writer: its rows are encoded, and it shares nothing with the
// caller.
type creation struct {
	prefix       pat.Prefix
	owner        pat.OwnerID
	ownerVersion int64
	ownerEpoch   int64 // in place of a version that is 0
	by           pat.Standing
	at           time.Time
	token, entry []byte
	places       places

	answer    []byte // nil: none
	answerTag pat.Tag
	answerKey string
	answerEnd string // its place in the index of ends
}

// CreateToken implements pat.Store. Where it stores an answer, it deletes in the same write up to eight under
// the same tag whose end has passed by the token's CreatedAt, so that no sealed secret stays for ever.
func (s *Store) CreateToken(ctx context.Context, n pat.NewToken) error {
	const doing = "create token"
	c, err := newCreation(n)
	if err != nil {
		return wrap(doing, err)
	}
	return s.write(ctx, doing, c.run)
}

func newCreation(n pat.NewToken) (*creation, error) {
	c := &creation{
		prefix: n.Token.Prefix, owner: n.Token.Owner, ownerVersion: n.OwnerVersion, ownerEpoch: n.Token.OwnerEpoch,
		by: n.By, at: n.Token.CreatedAt, places: placesOf(n.Token),
	}
	var err error
	if c.token, err = encodeToken(n.Token); err != nil {
		return nil, err
	}
	if c.entry, err = encodeEntry(n.Token); err != nil {
		return nil, err
	}
	if n.Answer == nil {
		return c, nil
	}
	c.answerTag, c.answerKey = n.Answer.Tag, n.Answer.Key
	c.answerEnd = endOf(*n.Answer)
	c.answer, err = encodeAnswer(*n.Answer)
	return c, err
}

func (c *creation) run(t *txn) error {
	if get(t.tx, bucketTokens, string(c.prefix)) != nil {
		return pat.ErrPrefixTaken
	}
	owner, err := getOwner(t.tx, c.owner)
	if err := stands(err, c.finds(owner), pat.ErrOwnerMoved); err != nil {
		return err
	}
	if err := checkStanding(t.tx, c.by); err != nil {
		return err
	}
	if err := c.checkAnswer(t); err != nil {
		return err
	}
	if err := c.moveOwner(t, owner); err != nil {
		return err
	}
	return c.put(t)
}

// finds reports whether the owner's row is as it must be.
func (c *creation) finds(owner pat.Owner) bool {
	if c.ownerVersion == 0 {
		return owner.Epoch == c.ownerEpoch
	}
	return owner.Version == c.ownerVersion
}

// moveOwner writes the owner's next version, if that was what the limit was judged on.
func (c *creation) moveOwner(t *txn, owner pat.Owner) error {
	if c.ownerVersion == 0 {
		return nil
	}
	owner.Version++
	row, err := encodeOwner(owner)
	if err != nil {
		return err
	}
	return t.put(bucketOwners, string(c.owner), row)
}

// checkStanding judges whether the caller still is what it was.
func checkStanding(tx *bbolt.Tx, by pat.Standing) error {
	if by.Owner != "" {
		owner, err := getOwner(tx, by.Owner)
		if err := stands(err, owner.Epoch == by.Epoch, pat.ErrCallerMoved); err != nil {
			return err
		}
	}
	if by.Token == "" {
		return nil
	}
	token, err := getToken(tx, by.Token)
	return stands(err, token.Version == by.Version, pat.ErrCallerMoved)
}

func (c *creation) checkAnswer(t *txn) error {
	if c.answer == nil {
		return nil
	}
	stored, err := getAnswer(t.tx, c.answerTag, c.answerKey)
	if errors.Is(err, pat.ErrNotFound) {
		return nil
	}
	return stands(err, !c.at.Before(stored.Until), pat.ErrAnswerTaken)
}

// stands judges a condition on a row that was read: a row that is missing does not fulfil it.
func stands(err error, ok bool, otherwise error) error {
	if errors.Is(err, pat.ErrNotFound) || err == nil && !ok {
		return otherwise
	}
	return err
}

func (c *creation) put(t *txn) error {
	if c.answer != nil {
		if err := c.sweepAnswers(t); err != nil {
			return err
		}
		if err := t.put(bucketAnswers, answerAt(c.answerTag, c.answerKey), c.answer); err != nil {
			return err
		}
		if err := t.moveIn(bucketEnds, "", c.answerEnd); err != nil {
			return err
		}
	}
	if err := t.put(bucketTokens, string(c.prefix), c.token); err != nil {
		return err
	}
	if err := t.move(places{}, c.places); err != nil {
		return err
	}
	return t.emit(c.entry)
}
