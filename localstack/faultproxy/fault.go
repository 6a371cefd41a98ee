package faultproxy

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Fault makes the answer to a request; a nil one ends the connection without a word.
type Fault func(Request) *Answer

// Request is what a fault has before it.
type Request struct {
	Context   context.Context // ends with the client's patience
	Operation string
	Body      []byte
	Forward   func(body []byte) *Answer // to DynamoDB Local
}

// Answer is what a client gets.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Refuse answers with an error of DynamoDB's, and does nothing.
func Refuse(status int, code, message string) Fault {
	return refuse(status, map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + code, "message": message})
}

func refuse(status int, body map[string]any) Fault {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // it is made of strings
	}
	return func(Request) *Answer {
		return &Answer{Status: status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: text}
	}
}

// The refusals that a store meets in practice.

// Throttle is a table, or one key of it, that is asked for too much.
func Throttle() Fault {
	return Refuse(400, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded.")
}

// ThrottleAccount is an account that asks for too much.
func ThrottleAccount() Fault { return Refuse(400, "ThrottlingException", "Rate exceeded") }

// Break is DynamoDB's own failure.
func Break() Fault { return Refuse(500, "InternalServerError", "The request processing has failed.") }

// Expire is credentials that have run out.
func Expire() Fault {
	return Refuse(400, "ExpiredTokenException", "The security token included in the request is expired")
}

// Deny is credentials without the right.
func Deny() Fault {
	return Refuse(400, "AccessDeniedException", "User is not authorized to perform this action")
}

// NoTable is a table that is not there.
func NoTable() Fault {
	return Refuse(400, "ResourceNotFoundException", "Requested resource not found")
}

// Conflict is a single write that meets a transaction.
func Conflict() Fault {
	return Refuse(400, "TransactionConflictException", "Transaction is ongoing for the item")
}

// TransactionConflict is the reason of Cancel for an entry that another write stood in the way of.
const TransactionConflict = "TransactionConflict"

// Cancel is a transaction that was cancelled for the reasons, one for each of its entries; "None" for one that stood
// in nobody's way.
func Cancel(reasons ...string) Fault {
	var all []map[string]string
	for _, code := range reasons {
		all = append(all, map[string]string{"Code": code})
	}
	return refuse(400, map[string]any{
		"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "CancellationReasons": all,
		"Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
	})
}

// DropRequest loses the request on its way: nothing happens.
func DropRequest() Fault { return func(Request) *Answer { return nil } }

// DropAnswer loses the answer: all has happened.
func DropAnswer() Fault {
	return func(r Request) *Answer {
		r.Forward(r.Body)
		return nil
	}
}

// Delay does the work late, if the client still waits for it then.
func Delay(by time.Duration) Fault {
	return func(r Request) *Answer {
		late := time.NewTimer(by)
		defer late.Stop()
		select {
		case <-late.C:
			return r.Forward(r.Body)
		case <-r.Context.Done():
			return nil
		}
	}
}

// Hang does nothing until the client gives up.
func Hang() Fault {
	return func(r Request) *Answer {
		<-r.Context.Done()
		return nil
	}
}

// HangAfter does the work, and then nothing until the client gives up.
func HangAfter() Fault {
	return func(r Request) *Answer {
		r.Forward(r.Body)
		<-r.Context.Done()
		return nil
	}
}
