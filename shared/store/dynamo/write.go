package dynamo

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// write is what a call does to one record, or only asks of it.
type write struct {
	types.TransactWriteItem
	// judge says which answer of pat.Store it is that the condition does not hold on the record as it was, nil if
	// there was none.
	judge func(was item) error
	// mark is needed where the write may be sent outside a transaction.
	mark mark
}

const (
	reasonCondition = "ConditionalCheckFailed"
	reasonConflict  = "TransactionConflict"
)

// id draws what nobody else will draw.
func (s *Store) id() (string, error) {
	var b [12]byte
	if _, err := io.ReadFull(s.rand, b[:]); err != nil {
		return "", fmt.Errorf("draw a write's id: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// change draws the stamp of a change.
func (s *Store) change() (stamp, error) {
	id, err := s.id()
	return stamp{wrote: wroteChange, change: id}, err
}

// mark is that of a change which gives the record the version.
func (st stamp) mark(version int64) mark { return mark{attrChange, text(st.change), version} }

// commit makes the writes, all or none: one by itself, several in a transaction. busy is the answer when other
// writes stood in the way to the end and no try is open, so that nothing was written; nil leaves it an error that
// tells so.
func (s *Store) commit(ctx context.Context, busy error, writes ...write) error {
	o := &outcome{RetryerV2: s.retryer}
	var err error
	if len(writes) > 1 {
		err = s.transact(ctx, o, writes)
	} else {
		err = s.single(ctx, o, writes[0])
	}
	if busy != nil && contended(err) && !o.open {
		return fmt.Errorf("%w: other writes stood in the way", busy)
	}
	return err
}

func (s *Store) single(ctx context.Context, o *outcome, w write) error {
	err := s.alone(ctx, o, w)
	was, ok := s.met(ctx, w, o, err)
	switch {
	case !ok:
		return err
	case w.mark.made(was):
		s.log.WarnContext(ctx, "a write was acknowledged at a later try only", "table", s.table)
		return nil
	case o.open && !w.mark.passed(was):
		return fmt.Errorf("%w: %w", errOpen, err)
	}
	return w.judge(was)
}

// alone sends a write that needs no transaction, which would cost twice as much.
func (s *Store) alone(ctx context.Context, o *outcome, w write) error {
	if p := w.Put; p != nil {
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: p.TableName, Item: p.Item, ConditionExpression: p.ConditionExpression,
			ExpressionAttributeNames: p.ExpressionAttributeNames, ExpressionAttributeValues: p.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: p.ReturnValuesOnConditionCheckFailure,
		}, o.watch)
		return err
	}
	u := w.Update
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
		ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: u.ReturnValuesOnConditionCheckFailure,
	}, o.watch)
	return err
}

// key is where the record lies that a single write is on.
func (w write) key() key {
	if w.Put != nil {
		return keyOf(w.Put.Item)
	}
	return keyOf(w.Update.Key)
}

func (s *Store) transact(ctx context.Context, o *outcome, writes []write) error {
	id, err := s.id()
	if err != nil {
		return err
	}
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: &id}
	for _, w := range writes {
		in.TransactItems = append(in.TransactItems, w.TransactWriteItem)
	}
	_, err = s.client.TransactWriteItems(ctx, in, o.watch)
	canceled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return err
	}
	for i, reason := range canceled.CancellationReasons {
		if aws.ToString(reason.Code) == reasonCondition && i < len(writes) {
			return writes[i].judge(reason.Item)
		}
	}
	return err
}

// put writes a record whole.
func (s *Store) put(it item, t *terms, condition *string, m mark, judge func(item) error) write {
	return write{types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: it, ConditionExpression: condition,
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, judge, m}
}

// update writes some attributes of a record.
func (s *Store) update(k key, t *terms, expression string, condition *string, m mark, judge func(item) error) write {
	return write{types.TransactWriteItem{Update: &types.Update{
		TableName: &s.table, Key: k.item(), UpdateExpression: &expression, ConditionExpression: condition,
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, judge, m}
}

// check only asks.
func (s *Store) check(k key, t *terms, condition *string, judge func(item) error) write {
	return write{types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.table, Key: k.item(), ConditionExpression: condition,
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, judge, mark{}}
}
