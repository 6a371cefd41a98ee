package main

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/localstack/dynamolocal"
)

// openDatabase takes the DynamoDB at an endpoint, or starts one, and sees to it that the table is there. It ends with
// Close, if it was started here.
func openDatabase(ctx context.Context, endpoint, table string) (*dynamolocal.DB, error) {
	db := &dynamolocal.DB{Endpoint: endpoint}
	if endpoint == "" {
		var err error
		if db, err = dynamolocal.Launch(ctx); err != nil {
			return nil, err
		}
	}
	err := db.CreateTable(ctx, table)
	if _, exists := errors.AsType[*types.ResourceInUseException](err); err != nil && !exists {
		db.Close()
		return nil, err
	}
	return db, nil
}
