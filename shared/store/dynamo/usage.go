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

// SpendUses implements pat.Store.
func (s *Store) SpendUses(ctx context.Context, t pat.Token, n int64) (uses int64, err error) {
	return s.spend(ctx, "spend uses", t, counter{attr: attrUses, most: t.MaxUses}, n)
}

// SpendCalls implements pat.Store.
func (s *Store) SpendCalls(ctx context.Context, t pat.Token, scope pat.Scope, n int64) (calls int64, err error) {
	return s.spend(ctx, "spend calls", t, counter{attr: attrCalls + string(scope), most: t.MaxCalls[scope], lazy: true}, n)
}

// counter is an attribute that counts up to a limit.
type counter struct {
	attr string
	most int64
	lazy bool // it is there from the first count on
}

// spend is sent once: whether a write was made whose answer is lost nobody can tell.
func (s *Store) spend(ctx context.Context, doing string, t pat.Token, c counter, n int64) (count int64, err error) {
	err = s.call(ctx, doing, func(ctx context.Context) error {
		got, err := s.client.UpdateItem(ctx, s.spending(t, c, n), s.once)
		if err != nil {
			return unspent(err, t)
		}
		r := &row{item: item{c.attr: got.Attributes[c.attr]}, reads: true}
		r.count(c.attr, &count)
		return r.err
	})
	if err != nil {
		return 0, err
	}
	return count, nil
}

// spending adds to a counter. A condition cannot add, so it asks whether what is there leaves room for more.
func (s *Store) spending(token pat.Token, c counter, n int64) *dynamodb.UpdateItemInput {
	var t terms
	add := "SET " + t.is(attrWrote, text(wroteUse)) + " ADD " + t.attr(c.attr) + " " + t.val(number(n))
	room := t.attr(c.attr) + " <= " + t.val(number(c.most-n))
	if c.lazy && n <= c.most {
		room = "(" + room + " OR " + t.absent(c.attr) + ")"
	}
	return &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: tokenKey(token.Prefix).item(), UpdateExpression: &add,
		ConditionExpression:      all(t.format(), t.is("version", number(token.Version)), room),
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values, ReturnValues: types.ReturnValueUpdatedNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// unspent tells why nothing of a token could be spent.
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
