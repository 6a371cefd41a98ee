// Package lambdahost joins the parts of one function: settings, store, service, the routes of its operation, and the
// gateway in front of them; or, of an operation that has no routes, what wakes it. All that functions/<op>/main.go does is to
// call Serve.
package lambdahost

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"latchkey/shared/pat"
)

// Serve runs the function of an operation until Lambda ends it. What is wrong with its settings ends it at once, by name.
func Serve(op pat.Op) {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	slog.SetDefault(log) // for the AWS libraries, which know no other
	handler, err := newHandler(context.Background(), op, os.LookupEnv, openTable, log)
	if err != nil {
		log.Error("the function does not start", "op", op, "err", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}
