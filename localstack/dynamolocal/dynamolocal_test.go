package dynamolocal_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/localstack/dynamolocal"
	"latchkey/shared/store/dynamo"
)

func TestATableIsReadyWhenItIsMade(t *testing.T) {
	db := dynamolocal.Start(t)
	name := db.Table(t)
	got, err := db.Client().DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Table.GlobalSecondaryIndexes) != len(dynamo.Definition(name).GlobalSecondaryIndexes) || got.Table.TableStatus != "ACTIVE" {
		t.Errorf("got %+v", got.Table)
	}
	if err := db.CreateTable(t.Context(), name); err == nil {
		t.Error("the same table was made twice")
	}
}

// Each write is there with the record before and after it, whatever is in it; a write that changes nothing is not.
func TestTheStreamHasEachWriteInItsOrder(t *testing.T) {
	db := dynamolocal.Start(t)
	name := db.Table(t)
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	first := dynamolocal.Item{"pk": text("a"), "sk": text("b"), "all": &types.AttributeValueMemberM{Value: dynamolocal.Item{
		"n": &types.AttributeValueMemberN{Value: "7"}, "b": &types.AttributeValueMemberB{Value: []byte{1}}, "yes": &types.AttributeValueMemberBOOL{Value: true},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{text("c")}},
	}}}
	second := dynamolocal.Item{"pk": text("a"), "sk": text("b")}
	for _, it := range []dynamolocal.Item{first, second, second} {
		if _, err := db.Client().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &name, Item: it}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Client().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &name, Key: second}); err != nil {
		t.Fatal(err)
	}
	got, err := db.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	want := []dynamolocal.Written{{Event: "INSERT", New: first}, {Event: "MODIFY", Old: first, New: second}, {Event: "REMOVE", Old: second}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestItEndsWhenItIsClosed(t *testing.T) {
	db, err := dynamolocal.Launch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if res, err := http.Get(db.Endpoint); err == nil {
		res.Body.Close()
		t.Error("it still answers")
	}
}

func TestWhatIsMissingIsToldWithTheCure(t *testing.T) {
	for name, c := range map[string]struct{ variable, value, want string }{
		"the jars": {dynamolocal.Library, filepath.Join(t.TempDir(), "none"), "run `make tools`"},
		"Java":     {"PATH", t.TempDir(), "needs a Java 17"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(c.variable, c.value)
			db, err := dynamolocal.Launch(t.Context())
			if err == nil {
				db.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v does not say %q", err, c.want)
			}
		})
	}
}

// A Java that cannot run it says why; that is part of the error.
func TestAStartThatFailsIsToldWithWhatItSaid(t *testing.T) {
	lib := t.TempDir()
	if err := os.WriteFile(filepath.Join(lib, "DynamoDBLocal-0.jar"), []byte("no jar"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(dynamolocal.Library, lib)
	db, err := dynamolocal.Launch(t.Context())
	if err == nil {
		db.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "ServerRunner") {
		t.Errorf("%v does not say why", err)
	}
}
