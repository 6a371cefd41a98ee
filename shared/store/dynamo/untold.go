package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// The table is the outbox of its changes, and its stream the way to whoever tells them. A stream keeps a record for a day
// (DynamoDB Developer Guide, "Change data capture for DynamoDB Streams"). So each change also stands in a sparse index until
// it is known to have been told, and what stands there for long is put into the stream again.

// untoldIndex has the tokens whose last change is not known to have been told, by when it came into the stream.
var untoldIndex = timeIndex{indexUntold, attrUntoldShard, attrUntoldAt}

// Told notes that the event of a token's last change was told, if the token is still at that version. If it is not, or is
// gone, there is nothing to note.
func (s *Store) Told(ctx context.Context, p pat.Prefix, version int64) error {
	return s.call(ctx, "note that a change was told", func(ctx context.Context) error {
		var t terms
		set := "SET " + t.is(attrWrote, text(wroteTold)) + " REMOVE " + t.attr(attrUntoldShard) + ", " + t.attr(attrUntoldAt)
		_, err := s.rewrite(ctx, p, &t, set, all(t.format(), t.is("version", number(version)), "attribute_exists("+t.attr(attrUntoldAt)+")"))
		if errors.Is(err, errMoved) {
			return nil
		}
		return err
	})
}

// errMoved: a record is not any more as a rewrite wants it; somebody else was faster.
var errMoved = errors.New("the record has moved")

// rewrite writes what is no change of a token, and returns the record as it was, also with errMoved; nil: it is gone. Done
// twice it does the same, so that a lost answer needs no more than another try.
func (s *Store) rewrite(ctx context.Context, p pat.Prefix, t *terms, expression string, condition *string) (was item, err error) {
	got, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: tokenKey(p).item(), UpdateExpression: &expression, ConditionExpression: condition,
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values, ReturnValues: types.ReturnValueAllOld,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return failed.Item, errMoved
	}
	if err != nil {
		return nil, err
	}
	return got.Attributes, nil
}
