package functions_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/streampoller"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/dynamo"
)

// past is when the example's token was made.
var past = time.Date(2025, 11, 14, 23, 0, 0, 123e6, time.UTC)

// aLife is that of a token, always the same but for the ids of writes: it is made, used and revoked, that is told, and its
// record is removed. The result is all that the table's stream has of it, and of the records about it.
func aLife(t *testing.T, db *dynamolocal.DB, table string) []streams.Record {
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
	all, err := db.Records(t.Context(), table)
	must(err)
	return all
}

func keysOf(p pat.Prefix) dynamolocal.Item {
	return dynamolocal.Item{"pk": &types.AttributeValueMemberS{Value: string(p.Tag())}, "sk": &types.AttributeValueMemberS{Value: "tok#" + string(p[pat.TagLen:])}}
}

// isUsual gives the nth record what it could have on AWS, and always the same. What is removed is removed by TTL (Amazon DynamoDB
// Developer Guide, "DynamoDB Streams and Time to Live").
func isUsual(r *streams.Record, n int) {
	at := past.Add(time.Duration(n) * time.Hour)
	r.EventID, r.AwsRegion = aws.String(fmt.Sprintf("%032x", 0x4ca4238a0b92382+n)), aws.String("eu-central-1")
	r.Dynamodb.SequenceNumber, r.Dynamodb.ApproximateCreationDateTime = aws.String(fmt.Sprintf("%021d", 4_421_584_500_000_000_450+n)), &at
	if r.EventName == streams.OperationTypeRemove {
		r.UserIdentity = &streams.Identity{Type: aws.String("Service"), PrincipalId: aws.String("dynamodb.amazonaws.com")}
	}
	sameIDs(r.Dynamodb.OldImage)
	sameIDs(r.Dynamodb.NewImage)
}

// sameIDs replaces the ids of writes, which the store draws. They could not be the same each time, being DynamoDB's for a
// transaction too.
func sameIDs(image map[string]streams.AttributeValue) {
	const id = "0123456789abcdef"
	if image["changeId"] != nil {
		image["changeId"] = &streams.AttributeValueMemberS{Value: id}
	}
	if strings.HasPrefix(said(image["wrote"]), "use#") {
		image["wrote"] = &streams.AttributeValueMemberS{Value: "use#" + id}
	}
}

func said(v streams.AttributeValue) string {
	if s, ok := v.(*streams.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// handedOn is a record as Lambda hands it on.
func handedOn(t *testing.T, r streams.Record) json.RawMessage {
	t.Helper()
	written, err := streampoller.Record(r, "arn:aws:dynamodb:eu-central-1:123456789012:table/latchkey-Table-1HZJ3K4L5M6N7/stream/2025-11-14T22:00:00.000")
	if err != nil {
		t.Fatal(err)
	}
	return written
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
	var records []json.RawMessage
	for _, r := range aLife(t, db, db.Table(t)) {
		if strings.HasPrefix(said(r.Dynamodb.Keys["sk"]), "tok#") {
			isUsual(&r, len(records))
			records = append(records, handedOn(t, r))
		}
	}
	whole, err := json.MarshalIndent(map[string]any{"Records": records}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(whole, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, example); diff != "" {
		t.Errorf("-the store +the example:\n%s\nThe file is to be:\n%s", diff, whole)
	}
}

// TestTheFilterLetsChangesThrough: of all that the store writes, the function is called for changes of tokens and their ends alone.
func TestTheFilterLetsChangesThrough(t *testing.T) {
	t.Parallel()
	mapping, err := streampoller.Read(members(at(template(t), "Resources", logicalID(pat.OpCleanup), "Properties", "Events", "TableStream", "Properties")))
	if err != nil || len(mapping.Filters) != 2 {
		t.Fatalf("%+v, %v", mapping, err)
	}
	db := dynamolocal.Start(t)
	var passed, dropped []string
	for _, r := range aLife(t, db, db.Table(t)) {
		wrote, _, _ := strings.Cut(said(r.Dynamodb.NewImage["wrote"]), "#")
		what := strings.Join([]string{string(r.EventName), said(r.Dynamodb.Keys["sk"])[:3], wrote}, " ")
		if record := handedOn(t, r); slices.ContainsFunc(mapping.Filters, func(p streampoller.Pattern) bool { return p.Takes(record) }) {
			passed = append(passed, what)
		} else {
			dropped = append(dropped, what)
		}
	}
	if diff := cmp.Diff([]string{"INSERT tok change", "MODIFY tok change", "REMOVE tok "}, passed); diff != "" {
		t.Errorf("let through, -want +got:\n%s", diff)
	}
	for _, want := range []string{"MODIFY tok use", "MODIFY tok told", "INSERT own change", "MODIFY own change"} {
		if !slices.Contains(dropped, want) {
			t.Errorf("dropped are %q, and not: %s", dropped, want)
		}
	}
}
