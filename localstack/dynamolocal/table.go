package dynamolocal

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/store/dynamo"
)

// What DynamoDB Local takes for credentials: any letters and digits.
const (
	region = "eu-central-1"
	key    = "local"
	secret = "local"
)

// Shared returns the one DynamoDB Local of this process, and starts it for whoever asks first: a start takes
// seconds, a table milliseconds. It ends with the process.
var Shared = sync.OnceValues(func() (*DB, error) { return Launch(context.Background()) })

// Start is Shared for a test.
func Start(t testing.TB) *DB {
	t.Helper()
	db, err := Shared()
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Config is the AWS configuration of a client of it.
func (db *DB) Config() aws.Config {
	return aws.Config{
		Region:       region,
		Credentials:  credentials.NewStaticCredentialsProvider(key, secret, ""),
		BaseEndpoint: aws.String(db.Endpoint),
	}
}

// Environ is the same for another process. An endpoint other than its own may stand before it.
func Environ(endpoint string) []string {
	return []string{"AWS_ENDPOINT_URL_DYNAMODB=" + endpoint, "AWS_REGION=" + region,
		"AWS_ACCESS_KEY_ID=" + key, "AWS_SECRET_ACCESS_KEY=" + secret, "AWS_SESSION_TOKEN="}
}

// Client returns a client of it, for what a store does not do.
func (db *DB) Client() *dynamodb.Client { return dynamodb.NewFromConfig(db.Config()) }

// CreateTable makes an empty table as the store needs it.
func (db *DB) CreateTable(ctx context.Context, name string) error {
	client := db.Client()
	made, err := client.CreateTable(ctx, dynamo.Definition(name))
	if err != nil {
		return fmt.Errorf("make the table %s: %w", name, err)
	}
	for table := made.TableDescription; table.TableStatus != types.TableStatusActive; {
		now, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
		if err != nil {
			return fmt.Errorf("wait for the table %s: %w", name, err)
		}
		table = now.Table
	}
	return warm(ctx, client, name)
}

// warm waits for the first read, for which the process still loads half of itself: seconds on a busy machine, in
// which a store would give up.
func warm(ctx context.Context, client *dynamodb.Client, table string) error {
	_, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "-"}, "sk": &types.AttributeValueMemberS{Value: "-"},
	}})
	if err != nil {
		return fmt.Errorf("read the table %s: %w", table, err)
	}
	return nil
}

// Table makes an empty table of a name of its own for a test.
func (db *DB) Table(t testing.TB) string {
	t.Helper()
	name := "latchkey-" + rand.Text()
	if err := db.CreateTable(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	return name
}
