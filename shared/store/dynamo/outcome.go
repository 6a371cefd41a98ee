package dynamo

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// errOpen: a condition that does not hold now may have held for an earlier try, or may hold for one that is late.
var errOpen = errors.New("a try was not answered, and the record does not tell whether it was made")

// outcome is the retryer of one call. It knows whether a try may have been made, or may yet be, which no answer has
// denied: then what is answered to a later one does not say that nothing was written.
type outcome struct {
	aws.RetryerV2
	open bool
}

func (o *outcome) watch(d *dynamodb.Options) { d.Retryer = o }

// IsErrorRetryable implements aws.Retryer, which is asked after each try that failed.
func (o *outcome) IsErrorRetryable(err error) bool {
	o.open = o.open || !refused(err)
	return o.RetryerV2.IsErrorRetryable(err)
}

// refused reports whether DynamoDB has answered that it did nothing and will do nothing. A transaction that is in
// progress is an earlier try's.
func refused(err error) bool {
	if _, ok := errors.AsType[*types.TransactionInProgressException](err); ok {
		return false
	}
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	return ok && answer.HTTPStatusCode() == http.StatusBadRequest
}

// mark is how a write is known again that was sent by itself.
type mark struct {
	name  string // of the attribute
	value types.AttributeValue
	// version is the one that the write gives the record; 0: it keeps the one it has.
	version int64
}

// made reports whether the record is as this very write left it.
func (m mark) made(was item) bool { return sameScalar(m.value, was[m.name]) }

// passed reports of a record that this write has not made whether another one was made in its place, so that it never
// will be: no version is given twice.
func (m mark) passed(was item) bool { return sameScalar(number(m.version), was["version"]) }

// met returns the record that a single write failed on: as the condition found it, or, if other writes stood in the
// way and a try is open, as it is now. false: the error says all there is to say.
func (s *Store) met(ctx context.Context, w write, o *outcome, err error) (item, bool) {
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return failed.Item, true
	}
	if !o.open || !contended(err) {
		return nil, false
	}
	now, err := s.get(ctx, w.key())
	return now, err == nil
}
