package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"latchkey/shared/pat"
)

// The table is the outbox of its changes, and its stream the way to whoever tells them. A stream keeps a record for a day
// (DynamoDB Developer Guide, "Change data capture for DynamoDB Streams"). So each change also stands in a sparse index until
// it is known to have been told, and what stands there for long is put into the stream again.

// untoldIndex has the tokens whose last change is not known to have been told, by when it came into the stream.
var untoldIndex = timeIndex{indexUntold, attrUntoldShard, attrUntoldAt}

// retellWidth is how many records are written at once.
const retellWidth = 8

// Told notes that the event of a token's last change was told, if the token is still at that version. If it is not, or is
// gone, there is nothing to note.
func (s *Store) Told(ctx context.Context, p pat.Prefix, version int64) error {
	return s.call(ctx, "note that a change was told", func(ctx context.Context) error {
		var t terms
		set := "SET " + t.is(attrWrote, text(wroteTold)) + " REMOVE " + t.attr(attrUntoldShard) + ", " + t.attr(attrUntoldAt)
		return s.rewrite(ctx, p, &t, set, all(t.format(), t.is("version", number(version)), "attribute_exists("+t.attr(attrUntoldAt)+")"))
	})
}

// Retell puts changes into the table's stream again, at most max, that came into it before the time and were not told
// since. It returns how many: max of them says that there may be others. One that fails hinders no other.
func (s *Store) Retell(ctx context.Context, before, now time.Time, max int) (n int, err error) {
	err = s.call(ctx, "find changes that are not told", func(ctx context.Context) error {
		entries, err := s.upTo(ctx, untoldIndex, before.Add(-time.Millisecond), max)
		n = len(entries)
		var group errgroup.Group
		group.SetLimit(retellWidth)
		for _, e := range entries {
			group.Go(func() error { return s.retell(ctx, e, now) })
		}
		return errors.Join(err, group.Wait())
	})
	return n, err
}

// retell changes nothing but when the record came into the stream, which makes it come there.
func (s *Store) retell(ctx context.Context, e timeEntry, now time.Time) error {
	var t terms
	was := t.is(attrUntoldAt, number(e.at.UnixMilli()))
	set := "SET " + t.is(attrWrote, text(wroteChange)) + ", " + t.is(attrUntoldAt, number(now.UnixMilli()))
	return s.rewrite(ctx, e.prefix, &t, set, &was)
}

// rewrite writes what is no change of a token. A condition that does not hold says that somebody was faster.
func (s *Store) rewrite(ctx context.Context, p pat.Prefix, t *terms, expression string, condition *string) error {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: tokenKey(p).item(), UpdateExpression: &expression, ConditionExpression: condition,
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
	})
	if _, moved := errors.AsType[*types.ConditionalCheckFailedException](err); moved {
		return nil
	}
	return err
}
