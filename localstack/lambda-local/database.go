package main

import (
	"context"
	"errors"
)

// database is where the records are.
type database struct {
	endpoint string
	close    func()
}

// openDatabase takes the DynamoDB at an endpoint, or starts one, and sees to it that the table is there.
//
// This is the seam to localstack/dynamolocal: until that room is there, a database that runs must be named, and have
// the table.
func openDatabase(_ context.Context, endpoint, _ string) (database, error) {
	if endpoint == "" {
		return database{}, errors.New("-endpoint is needed: a DynamoDB that runs, such as http://127.0.0.1:8000")
	}
	return database{endpoint: endpoint, close: func() {}}, nil
}
