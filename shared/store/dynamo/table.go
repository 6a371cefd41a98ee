package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// TTLAttribute is the attribute by which DynamoDB collects records, in epoch seconds. It may be days late, so no
// answer rests on it.
const TTLAttribute = "ttl"

// The keys of the table and of its indexes.
const (
	attrPK, attrSK             = "pk", "sk"
	attrPrefixHead, attrPrefix = "prefixHead", "prefix"
	attrDueShard, attrDueAt    = "dueShard", "dueAt"
	// A change stands in the index of what is untold until its event is known to have been told.
	attrUntoldShard, attrUntoldAt      = "untoldShard", "untoldAt"
	indexPrefix, indexDue, indexUntold = "prefix-index", "due-index", "untold-index"
)

// Definition is the table as the store needs it, but for what CreateTable cannot say: TTL on TTLAttribute.
func Definition(table string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:   aws.String(table),
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			attribute(attrPK, types.ScalarAttributeTypeS), attribute(attrSK, types.ScalarAttributeTypeS),
			attribute(attrPrefixHead, types.ScalarAttributeTypeS), attribute(attrPrefix, types.ScalarAttributeTypeS),
			attribute(attrDueShard, types.ScalarAttributeTypeS), attribute(attrDueAt, types.ScalarAttributeTypeN),
			attribute(attrUntoldShard, types.ScalarAttributeTypeS), attribute(attrUntoldAt, types.ScalarAttributeTypeN),
		},
		KeySchema: keySchema(attrPK, attrSK),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			{
				IndexName: aws.String(indexPrefix), KeySchema: keySchema(attrPrefixHead, attrPrefix),
				Projection: &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"owner", "name", "status"}},
			},
			{
				IndexName: aws.String(indexDue), KeySchema: keySchema(attrDueShard, attrDueAt),
				Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
			},
			{
				IndexName: aws.String(indexUntold), KeySchema: keySchema(attrUntoldShard, attrUntoldAt),
				Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
			},
		},
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
		},
	}
}

func attribute(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: kind}
}

func keySchema(hash, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

// key is where a record lies.
type key struct{ pk, sk string }

const tokenSort = "tok#"

func tokenKey(p pat.Prefix) key { return key{string(p.Tag()), tokenSort + string(p[pat.TagLen:])} }

func ownerKey(id pat.OwnerID) key { return key{"owner#" + string(id), "owner"} }

func answerKey(tag pat.Tag, name string) key { return key{string(tag), "idem#" + name} }

// userKey is a local user's place in the directory, from which Users reads.
func userKey(name string) key { return key{directory, name} }

const directory = "sys#users"

var serviceKey = key{"sys#keys", "keys"}

func (k key) item() item { return item{attrPK: text(k.pk), attrSK: text(k.sk)} }
