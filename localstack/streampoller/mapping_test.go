package streampoller_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/streampoller"
)

func TestAPatternTakes(t *testing.T) {
	const pattern = `{"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "tok#"}]}}}}`
	p, err := streampoller.ParsePattern(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for record, want := range map[string]bool{
		`{"eventName":"INSERT","dynamodb":{"Keys":{"sk":{"S":"tok#1"}}},"more":1}`: true,
		`{"eventName":"MODIFY","dynamodb":{"Keys":{"sk":{"S":"tok#"}}}}`:           true,
		`{"eventName":"REMOVE","dynamodb":{"Keys":{"sk":{"S":"tok#1"}}}}`:          false,
		`{"eventName":"INSERT","dynamodb":{"Keys":{"sk":{"S":"owner"}}}}`:          false,
		`{"eventName":"INSERT","dynamodb":{"Keys":{"sk":{"N":"1"}}}}`:              false,
		`{"eventName":"INSERT","dynamodb":{"Keys":7}}`:                             false,
		`{"eventName":7,"dynamodb":{"Keys":{"sk":{"S":"tok#1"}}}}`:                 false,
		`{"eventName":"INSERT"}`: false, `{}`: false, `null`: false, `{`: false,
	} {
		if p.Takes([]byte(record)) != want {
			t.Errorf("%s: %t", record, !want)
		}
	}
}

func TestAPatternThatIsNotKnownIsRefused(t *testing.T) {
	for _, pattern := range []string{``, `[]`, `{}`, `"a"`, `{"a":"b"}`, `{"a":[]}`, `{"a":{}}`, `{"a":[1]}`, `{"a":[null]}`, `{"a":[{"suffix":"b"}]}`,
		`{"a":[{"exists":true}]}`, `{"a":[{"prefix":"b","suffix":"c"}]}`, `{"a":[{"prefix":1}]}`, `{"a":[["b"]]}`} {
		if _, err := streampoller.ParsePattern(pattern); err == nil {
			t.Errorf("it takes %s", pattern)
		}
	}
}

func TestAMappingIsReadAsItIsWritten(t *testing.T) {
	properties := func(name string, value any) map[string]any {
		p := map[string]any{"Stream": "arn", "BatchSize": "7", "MaximumRetryAttempts": "0", "BisectBatchOnFunctionError": "true",
			"FunctionResponseTypes": []any{"ReportBatchItemFailures"},
			"FilterCriteria":        map[string]any{"Filters": []any{map[string]any{"Pattern": `{"a":["b"]}`}}}}
		if name != "" {
			p[name] = value
		}
		return p
	}
	m, err := streampoller.Read(properties("", nil))
	if err != nil || m.BatchSize != 7 || m.Retries != 0 || !m.Bisect || !m.Partial || len(m.Filters) != 1 || !m.Filters[0].Takes([]byte(`{"a":"b"}`)) {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := streampoller.Read(properties("MaximumRetryAttempts", "-1")); err != nil || m.Retries != streampoller.Endless {
		t.Errorf("%+v, %v", m, err)
	}
	for name, value := range map[string]any{"BatchSize": "0", "MaximumRetryAttempts": "-2", "BisectBatchOnFunctionError": "perhaps",
		"FunctionResponseTypes": []any{}, "FilterCriteria": map[string]any{}, "ParallelizationFactor": "2"} {
		if _, err := streampoller.Read(properties(name, value)); err == nil {
			t.Errorf("it takes %s: %v", name, value)
		}
	}
}

func TestARecordIsWrittenAsLambdaHandsItOn(t *testing.T) {
	image := map[string]streams.AttributeValue{
		"s": &streams.AttributeValueMemberS{Value: "a"}, "n": &streams.AttributeValueMemberN{Value: "1"}, "b": &streams.AttributeValueMemberB{Value: []byte{0, 255}},
		"t": &streams.AttributeValueMemberBOOL{Value: true}, "0": &streams.AttributeValueMemberNULL{Value: true}, "ss": &streams.AttributeValueMemberSS{Value: []string{"x"}},
		"ns": &streams.AttributeValueMemberNS{Value: []string{"1"}}, "bs": &streams.AttributeValueMemberBS{Value: [][]byte{{1}}},
		"m": &streams.AttributeValueMemberM{Value: map[string]streams.AttributeValue{"l": &streams.AttributeValueMemberL{Value: []streams.AttributeValue{
			&streams.AttributeValueMemberS{Value: "deep"}}}}},
	}
	text, err := streampoller.Record(streams.Record{EventID: aws.String("id"), EventName: "REMOVE", AwsRegion: aws.String("here"),
		UserIdentity: &streams.Identity{Type: aws.String("Service"), PrincipalId: aws.String("dynamodb.amazonaws.com")},
		Dynamodb: &streams.StreamRecord{ApproximateCreationDateTime: aws.Time(time.UnixMilli(1_500)), SequenceNumber: aws.String("7"), SizeBytes: aws.Int64(9),
			StreamViewType: "NEW_AND_OLD_IMAGES", Keys: map[string]streams.AttributeValue{"pk": &streams.AttributeValueMemberS{Value: "k"}}, OldImage: image}}, "arn")
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	const wanted = `{"eventID":"id","eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"here","eventSourceARN":"arn",
		"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
		"dynamodb":{"ApproximateCreationDateTime":1,"SequenceNumber":"7","SizeBytes":9,"StreamViewType":"NEW_AND_OLD_IMAGES","Keys":{"pk":{"S":"k"}},
		"OldImage":{"s":{"S":"a"},"n":{"N":"1"},"b":{"B":"AP8="},"t":{"BOOL":true},"0":{"NULL":true},"ss":{"SS":["x"]},"ns":{"NS":["1"]},"bs":{"BS":["AQ=="]},
		"m":{"M":{"l":{"L":[{"S":"deep"}]}}}}}}`
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(wanted), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := streampoller.Record(streams.Record{Dynamodb: &streams.StreamRecord{Keys: map[string]streams.AttributeValue{"x": nil}}}, ""); err == nil {
		t.Error("it writes what is no value")
	}
}
