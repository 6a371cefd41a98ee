// Package streamhost joins the parts of the function on the table's stream.
package streamhost

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambda"
)

// Serve runs the function until Lambda ends it.
func Serve() {
	lambda.Start(func(_ context.Context, event json.RawMessage) (map[string]any, error) {
		slog.Info("records came", "bytes", len(event))
		return map[string]any{"batchItemFailures": []any{}}, nil
	})
}
