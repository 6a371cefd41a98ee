package dynamolocal

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// Item is a record of a table.
type Item = map[string]types.AttributeValue

// Written is what a table's stream says of one write: INSERT, MODIFY or REMOVE, and the record before it and after it.
type Written struct {
	Event    string
	Old, New Item
}

// Stream returns all that a table's stream has, oldest first.
func (db *DB) Stream(ctx context.Context, table string) (all []Written, err error) {
	records, err := db.Records(ctx, table)
	for _, r := range records {
		all = append(all, Written{Event: string(r.EventName), Old: itemOf(r.Dynamodb.OldImage), New: itemOf(r.Dynamodb.NewImage)})
	}
	return all, err
}

// Records is Stream in the words of the stream.
func (db *DB) Records(ctx context.Context, table string) (all []streams.Record, err error) {
	described, err := db.Client().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		return nil, fmt.Errorf("read the stream of %s: %w", table, err)
	}
	client := dynamodbstreams.NewFromConfig(db.Config())
	stream, err := client.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: described.Table.LatestStreamArn})
	if err != nil {
		return nil, fmt.Errorf("read the stream of %s: %w", table, err)
	}
	for _, shard := range stream.StreamDescription.Shards {
		from, err := client.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: described.Table.LatestStreamArn,
			ShardId: shard.ShardId, ShardIteratorType: streams.ShardIteratorTypeTrimHorizon})
		if err != nil {
			return nil, fmt.Errorf("read the stream of %s: %w", table, err)
		}
		for at := from.ShardIterator; at != nil; {
			got, err := client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: at})
			if err != nil {
				return nil, fmt.Errorf("read the stream of %s: %w", table, err)
			}
			if len(got.Records) == 0 { // an open shard has no end, and nothing else now
				break
			}
			all = append(all, got.Records...)
			at = got.NextShardIterator
		}
	}
	return all, nil
}

// itemOf is an image in the words of the table.
func itemOf(image map[string]streams.AttributeValue) Item {
	if image == nil {
		return nil
	}
	it := Item{}
	for name, v := range image {
		it[name] = valueOf(v)
	}
	return it
}

// valueOf panics at the sets, which no record of ours has.
func valueOf(v streams.AttributeValue) types.AttributeValue {
	switch v := v.(type) {
	case *streams.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: v.Value}
	case *streams.AttributeValueMemberN:
		return &types.AttributeValueMemberN{Value: v.Value}
	case *streams.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: v.Value}
	case *streams.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}
	case *streams.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: itemOf(v.Value)}
	case *streams.AttributeValueMemberL:
		all := []types.AttributeValue{}
		for _, element := range v.Value {
			all = append(all, valueOf(element))
		}
		return &types.AttributeValueMemberL{Value: all}
	}
	panic(errors.New("a stream has a value of a kind that no record has"))
}
