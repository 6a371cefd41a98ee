// Package dynamo is a store in one DynamoDB table, for any number of processes, on aws-sdk-go-v2.
//
// Every read is strongly consistent, but for the lookup by fragment, which begins at an index. A token's record is
// one GetItem away, because its prefix is its key. Every write is one conditional write, or, where it rests on
// more than one record, one transaction; nothing is locked and nothing scans.
//
// An answer that is lost on the way does not make a write happen twice. A transaction carries the same token over
// its tries, by which DynamoDB knows it again. A single write stamps a random id on the record, and a condition
// that fails on a record with that very id has failed because of ourselves. Where nothing tells what became of a try,
// the call's error is none of pat.Store's, which mean that nothing was written. Uses are counted without a second try:
// a lost answer may burn one, and never gives one.
//
// A call is bounded in time and tries; what DynamoDB refuses comes back as an error whose text, which is for the
// log, says what to do about it.
package dynamo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"latchkey/shared/pat"
)

var _ pat.Store = (*Store)(nil)

// What a store answers beyond the errors of pat.Store.
var (
	// ErrClosed: the call came after Close.
	ErrClosed = errors.New("the store is closed")
	// ErrDamaged: a record cannot be read whole. It never says what is in the record.
	ErrDamaged = errors.New("the record is damaged")
)

// Store is a pat.Store. Any number of goroutines may use it.
type Store struct {
	client  *dynamodb.Client
	http    *http.Client
	retryer aws.RetryerV2
	table   string
	region  string
	limit   time.Duration
	log     *slog.Logger
	rand    io.Reader
	closed  atomic.Bool
}

// Close lets the connections go; calls that are under way end as they would have.
func (s *Store) Close() error {
	s.closed.Store(true)
	s.http.CloseIdleConnections()
	return nil
}

// call runs one method within its bounds, and tells whoever reads the log what it did and what to do.
func (s *Store) call(ctx context.Context, doing string, do func(context.Context) error) error {
	err := ctx.Err()
	if s.closed.Load() {
		err = ErrClosed
	}
	if err == nil {
		bounded, cancel := context.WithTimeout(ctx, s.limit)
		defer cancel()
		err = s.explain(do(bounded))
	}
	if err != nil {
		return fmt.Errorf("dynamo: %s: %w", doing, err)
	}
	return nil
}
