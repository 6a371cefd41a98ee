package dynamo

import (
	"context"
	"errors"
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
		seen := t.absent("lastUsedAt")
		if !was.IsZero() {
			seen = t.is("lastUsedAt", number(was.UnixMilli()))
		}
		return s.commit(ctx, pat.ErrConflict, s.update(tokenKey(p), &t, t.replace(r, []string{"uses"}),
			all(t.format(), seen), item{attrWrote: wrote}, func(was item) error {
				if _, err := decodeToken(was, p); err != nil && !errors.Is(err, pat.ErrNotFound) {
					return err
				}
				return pat.ErrConflict
			}))
	})
}

// SpendUses implements pat.Store. It is sent once: whether a write was made whose answer is lost nobody can tell.
func (s *Store) SpendUses(ctx context.Context, token pat.Token, n int64) (uses int64, err error) {
	err = s.call(ctx, "spend uses", func(ctx context.Context) error {
		var t terms
		add := "SET " + t.attr("uses") + " = " + t.attr("uses") + " + " + t.val(number(n)) + ", " + t.is(attrWrote, text(wroteUse))
		within := t.attr("uses") + " <= " + t.val(number(token.MaxUses-n))
		got, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: tokenKey(token.Prefix).item(), UpdateExpression: &add,
			ConditionExpression:      all(t.format(), t.is("version", number(token.Version)), within),
			ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values, ReturnValues: types.ReturnValueUpdatedNew,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, s.once)
		if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
			return spent(failed.Item, token)
		}
		if contended(err) { // nothing was written
			return errors.Join(pat.ErrConflict, err)
		}
		if err != nil {
			return err
		}
		r := &row{item: item{"uses": got.Attributes["uses"]}, reads: true}
		r.count("uses", &uses)
		return r.err
	})
	if err != nil {
		return 0, err
	}
	return uses, nil
}

// spent tells why uses of a token could not be spent.
func spent(was item, token pat.Token) error {
	now, err := decodeToken(was, token.Prefix)
	switch {
	case errors.Is(err, pat.ErrNotFound):
		return pat.ErrConflict
	case err != nil:
		return err
	case now.Version != token.Version:
		return pat.ErrConflict
	}
	return pat.ErrSpent
}
