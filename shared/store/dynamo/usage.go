package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// TouchToken implements pat.Store. The stamp of the last change stays: a use must not hide from a change that it
// has been made.
func (s *Store) TouchToken(ctx context.Context, p pat.Prefix, was time.Time, use pat.Usage) error {
	return s.call(ctx, "touch token", func(ctx context.Context) error {
		r := &row{item: item{}}
		usageFields(r, &use)
		if r.err != nil {
			return r.err
		}
		id, err := s.id()
		if err != nil {
			return err
		}
		wrote := text(wroteUse + id)
		r.fixed(attrWrote, wrote)
		var t terms
		seen := t.absent(attrLastUsedAt)
		if !was.IsZero() {
			seen = t.is(attrLastUsedAt, number(was.UnixMilli()))
		}
		return s.commit(ctx, pat.ErrConflict, s.update(tokenKey(p), &t, t.replace(r, []string{attrUses}),
			all(t.format(), seen), mark{name: attrWrote, value: wrote}, func(was item) error {
				if _, err := decodeToken(was, p); err != nil && !errors.Is(err, pat.ErrNotFound) {
					return err
				}
				return pat.ErrConflict
			}))
	})
}

// SpendUses implements pat.Store. It is sent once: whether a write was made whose answer is lost nobody can tell.
func (s *Store) SpendUses(ctx context.Context, t pat.Token, n int64) (uses int64, err error) {
	err = s.call(ctx, "spend uses", func(ctx context.Context) error {
		got, err := s.client.UpdateItem(ctx, s.spending(t, n), s.once)
		if err != nil {
			return unspent(err, t)
		}
		r := &row{item: item{attrUses: got.Attributes[attrUses]}, reads: true}
		r.count(attrUses, &uses)
		return r.err
	})
	if err != nil {
		return 0, err
	}
	return uses, nil
}

// spending adds to the uses. A condition cannot add, so it asks whether what is there leaves room for them.
func (s *Store) spending(token pat.Token, n int64) *dynamodb.UpdateItemInput {
	var t terms
	add := "SET " + t.attr(attrUses) + " = " + t.attr(attrUses) + " + " + t.val(number(n)) + ", " + t.is(attrWrote, text(wroteUse))
	room := t.attr(attrUses) + " <= " + t.val(number(token.MaxUses-n))
	return &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: tokenKey(token.Prefix).item(), UpdateExpression: &add,
		ConditionExpression:      all(t.format(), t.is("version", number(token.Version)), room),
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values, ReturnValues: types.ReturnValueUpdatedNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// unspent tells why uses of a token could not be spent.
func unspent(err error, t pat.Token) error {
	if contended(err) { // nothing was written
		return fmt.Errorf("%w: %w", pat.ErrConflict, err)
	}
	failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok {
		return err
	}
	now, err := decodeToken(failed.Item, t.Prefix)
	switch {
	case errors.Is(err, pat.ErrNotFound):
		return pat.ErrConflict
	case err != nil:
		return err
	case now.Version != t.Version:
		return pat.ErrConflict
	}
	return pat.ErrSpent
}
