package functions_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/dynamolocal"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/dynamo"
)

// past is when the example's token was made.
var past = time.Date(2025, 11, 14, 23, 0, 0, 123e6, time.UTC)

// aLife is that of a token, always the same to the byte: it is made, used and revoked, that is told, and its record is removed. The
// result is all that the table's stream has of it, and of the records about it.
func aLife(t *testing.T, db *dynamolocal.DB, table string) []dynamolocal.Written {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	cfg := db.Config()
	store, err := dynamo.Open(t.Context(), dynamo.Options{Table: table, AWS: &cfg, Call: 30 * time.Second})
	must(err)
	defer func() { must(store.Close()) }()
	ring, now := pat.NewKeyRing(store), past
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, "urn:test", nil), Policy: pat.DefaultPolicy(),
		Now: func() time.Time { return now }, Rand: rand.NewChaCha8([32]byte{}), Log: slog.New(slog.DiscardHandler)})
	_, err = svc.Bootstrap(t.Context(), "alice", func() (pat.Secret, error) { return pat.NewSecret(adminPassword), nil })
	must(err)
	login, err := svc.Login(t.Context(), pat.LoginRequest{Username: "alice", Password: pat.NewSecret(adminPassword)})
	must(err)
	alice, err := svc.Authenticate(t.Context(), pat.Credential{Scheme: pat.SchemeBearer, Secret: login.Secret, Source: pat.Source{IP: netip.MustParseAddr("192.0.2.1")}})
	must(err)

	made, err := svc.Create(t.Context(), alice, pat.CreateRequest{Name: "deploy", Scopes: []pat.Scope{"repo:read"}, Expiry: pat.Expiry{After: 90 * day}})
	must(err)
	p := made.Token.Prefix
	now = now.Add(time.Hour)
	must(store.TouchToken(t.Context(), p, time.Time{}, pat.Usage{LastUsedAt: now, LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.7")}}))
	now = now.Add(time.Minute)
	must(svc.Delete(t.Context(), alice, pat.DeleteRequest{ID: made.Token.ID}))
	must(store.Told(t.Context(), p, 2))
	_, err = db.Client().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: keysOf(p)})
	must(err)
	all, err := db.Stream(t.Context(), table)
	must(err)
	for _, w := range all {
		sameIDs(w.Old)
		sameIDs(w.New)
	}
	return all
}

// sameIDs replaces the ids of writes, which the store draws. They could not be the same each time, being DynamoDB's for a
// transaction too.
func sameIDs(it dynamolocal.Item) {
	const id = "0123456789abcdef"
	if it["changeId"] != nil {
		it["changeId"] = &types.AttributeValueMemberS{Value: id}
	}
	if wrote, ok := it["wrote"].(*types.AttributeValueMemberS); ok && strings.HasPrefix(wrote.Value, "use#") {
		it["wrote"] = &types.AttributeValueMemberS{Value: "use#" + id}
	}
}

func keysOf(p pat.Prefix) dynamolocal.Item {
	return dynamolocal.Item{"pk": &types.AttributeValueMemberS{Value: string(p.Tag())}, "sk": &types.AttributeValueMemberS{Value: "tok#" + string(p[pat.TagLen:])}}
}

// batch writes what a stream has as Lambda hands it on (AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB"), an hour
// after another; whatever is removed was removed by TTL (Amazon DynamoDB Developer Guide, "DynamoDB Streams and Time to Live").
func batch(all []dynamolocal.Written) map[string]any {
	records := []any{}
	for i, w := range all {
		change := map[string]any{
			"ApproximateCreationDateTime": float64(past.Add(time.Duration(i) * time.Hour).Unix()), "StreamViewType": "NEW_AND_OLD_IMAGES",
			"SequenceNumber": fmt.Sprintf("%021d", 4_421_584_500_000_000_450+i), "SizeBytes": 512.0,
		}
		for name, image := range map[string]dynamolocal.Item{"OldImage": w.Old, "NewImage": w.New} {
			if image != nil {
				change[name] = imageOf(image)
				change["Keys"] = imageOf(dynamolocal.Item{"pk": image["pk"], "sk": image["sk"]})
			}
		}
		record := map[string]any{
			"eventID": fmt.Sprintf("%032x", 0x4ca4238a0b92382+i), "eventName": w.Event, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
			"awsRegion": "eu-central-1", "dynamodb": change,
			"eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/latchkey-Table-1HZJ3K4L5M6N7/stream/2025-11-14T22:00:00.000",
		}
		if w.Event == "REMOVE" {
			record["userIdentity"] = map[string]any{"type": "Service", "principalId": "dynamodb.amazonaws.com"}
		}
		records = append(records, record)
	}
	return map[string]any{"Records": records}
}

// imageOf writes a record as it stands in an event: each value in an object, under its kind.
func imageOf(it dynamolocal.Item) map[string]any {
	out := map[string]any{}
	for name, v := range it {
		out[name] = attributeOf(v)
	}
	return out
}

func attributeOf(v types.AttributeValue) map[string]any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value} // which encoding/json writes as base64
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": imageOf(v.Value)}
	case *types.AttributeValueMemberL:
		return map[string]any{"L": list(v.Value, func(v types.AttributeValue) any { return attributeOf(v) })}
	}
	panic(fmt.Sprintf("no record of ours has a %T", v))
}

// asJSON is a value as its reader has it.
func asJSON(t *testing.T, value any) (read map[string]any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// ofTokens are those of the stream's that are about tokens.
func ofTokens(all []dynamolocal.Written) (some []dynamolocal.Written) {
	for _, w := range all {
		it := w.New
		if it == nil {
			it = w.Old
		}
		if strings.HasPrefix(sortKey(it), "tok#") {
			some = append(some, w)
		}
	}
	return some
}

// TestCleanupsExampleIsWhatTheStoreWrites: cleanup/event.json is the life of a token, as the store of today writes it.
func TestCleanupsExampleIsWhatTheStoreWrites(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("cleanup/event.json")
	if err != nil {
		t.Fatal(err)
	}
	var example map[string]any
	if err := json.Unmarshal(text, &example); err != nil {
		t.Fatal(err)
	}
	db := dynamolocal.Start(t)
	want := asJSON(t, batch(ofTokens(aLife(t, db, db.Table(t)))))
	if diff := cmp.Diff(want, example); diff != "" {
		whole, _ := json.MarshalIndent(want, "", "  ") // which was read from JSON
		t.Errorf("-the store +the example:\n%s\nThe file is to be:\n%s", diff, whole)
	}
}

// TestTheFilterLetsChangesThrough: of all that the store writes, the function is called for changes of tokens and their ends alone.
func TestTheFilterLetsChangesThrough(t *testing.T) {
	t.Parallel()
	filters, _ := at(template(t), "Resources", logicalID(pat.OpCleanup), "Properties", "Events", "TableStream", "Properties", "FilterCriteria", "Filters").([]any)
	if len(filters) != 2 {
		t.Fatalf("the filters are %v", filters)
	}
	db := dynamolocal.Start(t)
	var passed, dropped []string
	for _, record := range asJSON(t, batch(aLife(t, db, db.Table(t))))["Records"].([]any) {
		through := false
		for _, filter := range filters {
			var pattern map[string]any
			if err := json.Unmarshal([]byte(text(at(filter, "Pattern"))), &pattern); err != nil {
				t.Fatal(err)
			}
			through = through || matches(pattern, record)
		}
		change := at(record, "dynamodb")
		said := strings.Join([]string{text(at(record, "eventName")), text(at(change, "Keys", "sk", "S"))[:3], text(at(change, "NewImage", "wrote", "S"))}, " ")
		if said, _, _ = strings.Cut(said, "#"); through {
			passed = append(passed, said)
		} else {
			dropped = append(dropped, said)
		}
	}
	if diff := cmp.Diff([]string{"INSERT tok change", "MODIFY tok change", "REMOVE tok "}, passed); diff != "" {
		t.Errorf("let through, -want +got:\n%s", diff)
	}
	t.Logf("dropped: %q", dropped)
	for _, want := range []string{"MODIFY tok use", "MODIFY tok told", "INSERT own change", "MODIFY own change"} {
		if !strings.Contains(strings.Join(dropped, ","), want) {
			t.Errorf("dropped are %q, and not: %s", dropped, want)
		}
	}
}
