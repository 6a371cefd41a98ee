package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	// tries bounds how often one request is sent.
	tries = 3
	// firstPause bounds the pause after the first try; each one after it may be twice as long.
	firstPause = 40 * time.Millisecond
)

// newRetryer tries again what the SDK knows to be worth it, and writes that had another one in their way. The
// SDK's quota stays: when most calls fail, second tries only make it worse.
func newRetryer() aws.RetryerV2 {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = tries
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) { return jitter(attempt), nil })
		o.Retryables = append(slices.Clone(o.Retryables), retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			if passing(err) {
				return aws.TrueTernary
			}
			return aws.UnknownTernary
		}))
	})
}

// once is for a request that must not be sent a second time, and so has all the time of its call for the first.
func (s *Store) once(o *dynamodb.Options) {
	o.Retryer = aws.NopRetryer{}
	o.HTTPClient = &http.Client{Transport: s.http.Transport, CheckRedirect: s.http.CheckRedirect}
}

// passing reports whether a write was refused for what is over in a moment, and no condition has failed.
func passing(err error) bool {
	reasons := reasonsOf(err)
	for _, reason := range reasons {
		if reason != reasonConflict && reason != "ThrottlingError" && reason != "ProvisionedThroughputExceeded" {
			return false
		}
	}
	return len(reasons) > 0
}

// contended reports whether other writes stood in the way of one, which so was not made.
func contended(err error) bool { return slices.Contains(reasonsOf(err), reasonConflict) }

// reasonsOf returns why a transaction was cancelled, by those of its entries that stood in its way; a single write
// can only meet a transaction.
func reasonsOf(err error) (reasons []string) {
	if _, ok := errors.AsType[*types.TransactionConflictException](err); ok {
		return []string{reasonConflict}
	}
	canceled, _ := errors.AsType[*types.TransactionCanceledException](err)
	if canceled == nil {
		return nil
	}
	for _, reason := range canceled.CancellationReasons {
		if code := aws.ToString(reason.Code); code != "" && code != "None" {
			reasons = append(reasons, code)
		}
	}
	return reasons
}

// jitter is a random pause after so many tries, so that those who collided do not meet again.
func jitter(attempt int) time.Duration { return rand.N(firstPause << min(max(attempt-1, 0), tries)) }

// pause waits before another try.
func pause(ctx context.Context, attempt int) error {
	timer := time.NewTimer(jitter(attempt))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
