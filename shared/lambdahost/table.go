package lambdahost

import (
	"context"
	"log/slog"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// openTable opens the DynamoDB table.
func openTable(ctx context.Context, table string, log *slog.Logger) (pat.Store, error) {
	return dynamo.Open(ctx, dynamo.Options{Table: table, Log: log})
}
