package streampoller

import (
	"encoding/json"
	"fmt"

	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// Record writes a record of a stream as Lambda hands it on (AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB").
// Its time is in whole seconds.
func Record(r streams.Record, arn string) ([]byte, error) {
	change := map[string]any{}
	record := map[string]any{"eventName": r.EventName, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "eventSourceARN": arn,
		"eventID": r.EventID, "awsRegion": r.AwsRegion, "dynamodb": change}
	if by := r.UserIdentity; by != nil {
		record["userIdentity"] = map[string]any{"type": by.Type, "principalId": by.PrincipalId}
	}
	change["SequenceNumber"], change["SizeBytes"], change["StreamViewType"] = r.Dynamodb.SequenceNumber, r.Dynamodb.SizeBytes, r.Dynamodb.StreamViewType
	if at := r.Dynamodb.ApproximateCreationDateTime; at != nil {
		change["ApproximateCreationDateTime"] = at.Unix()
	}
	for name, image := range map[string]map[string]streams.AttributeValue{"Keys": r.Dynamodb.Keys, "NewImage": r.Dynamodb.NewImage, "OldImage": r.Dynamodb.OldImage} {
		if image == nil {
			continue
		}
		written, err := attributes(image)
		if err != nil {
			return nil, err
		}
		change[name] = written
	}
	return json.Marshal(record)
}

// attributes writes an image: each value in an object, under its kind (Amazon DynamoDB API Reference, AttributeValue).
func attributes(image map[string]streams.AttributeValue) (map[string]any, error) {
	out := map[string]any{}
	for name, v := range image {
		var err error
		if out[name], err = attribute(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func attribute(v streams.AttributeValue) (map[string]any, error) {
	switch v := v.(type) {
	case *streams.AttributeValueMemberS:
		return map[string]any{"S": v.Value}, nil
	case *streams.AttributeValueMemberN:
		return map[string]any{"N": v.Value}, nil
	case *streams.AttributeValueMemberB:
		return map[string]any{"B": v.Value}, nil // which encoding/json writes as base64
	case *streams.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}, nil
	case *streams.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}, nil
	case *streams.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}, nil
	case *streams.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}, nil
	case *streams.AttributeValueMemberBS:
		return map[string]any{"BS": v.Value}, nil
	case *streams.AttributeValueMemberM:
		inner, err := attributes(v.Value)
		return map[string]any{"M": inner}, err
	case *streams.AttributeValueMemberL:
		all := []any{}
		for _, element := range v.Value {
			written, err := attribute(element)
			if err != nil {
				return nil, err
			}
			all = append(all, written)
		}
		return map[string]any{"L": all}, nil
	}
	return nil, fmt.Errorf("a stream has a value of a kind that is not known: %T", v)
}
