package lambdahost

import (
	"context"
	"errors"
	"log/slog"

	"latchkey/shared/pat"
)

// openTable opens the DynamoDB table.
//
// TODO(merge): the body becomes `return dynamo.Open(ctx, dynamo.Options{Table: table, Log: log})`.
func openTable(context.Context, string, *slog.Logger) (pat.Store, error) {
	return nil, errors.New("this build has no DynamoDB store")
}
