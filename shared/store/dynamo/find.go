package dynamo

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// headLen is how much of a prefix is the index's hash key: the least that a search needs.
const headLen = 4

// aboveAll sorts behind every character of a prefix, belowAll before.
const aboveAll, belowAll = "~", "!"

// FindTokens implements pat.Store: the index finds the keys, and the records are then read as they are now. One
// that is gone already is left out.
func (s *Store) FindTokens(ctx context.Context, fragment string, after pat.Prefix, max int) (found []pat.Token, err error) {
	from := fragment
	if string(after) >= fragment {
		from = string(after) + belowAll
	}
	if !strings.HasPrefix(from, fragment) { // after is beyond all that begin so
		return nil, nil
	}
	err = s.call(ctx, "find tokens", func(ctx context.Context) error {
		var t terms
		return s.pages(ctx, &dynamodb.QueryInput{
			TableName: &s.table, IndexName: aws.String(indexPrefix), Limit: aws.Int32(int32(max)),
			KeyConditionExpression: all(t.is(attrPrefixHead, text(fragment[:headLen])),
				t.attr(attrPrefix)+" BETWEEN "+t.val(text(from))+" AND "+t.val(text(fragment+aboveAll))),
			ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
		}, func(got *dynamodb.QueryOutput) (bool, error) {
			page, err := s.tokens(ctx, got.Items)
			found = append(found, page[:min(len(page), max-len(found))]...)
			return len(found) < max, err
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// tokens reads the records of an index's entries, in their order.
func (s *Store) tokens(ctx context.Context, entries []item) ([]pat.Token, error) {
	var keys []key
	for _, it := range entries {
		p, err := prefixOf(it)
		if err != nil {
			return nil, err
		}
		keys = append(keys, tokenKey(p))
	}
	records, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	var page []pat.Token
	for _, k := range keys {
		it, ok := records[k]
		if !ok {
			continue
		}
		t, err := decodeToken(it, pat.Prefix(k.pk+k.sk[len(tokenSort):]))
		if err != nil {
			return nil, err
		}
		page = append(page, t)
	}
	return page, nil
}

var errUnprocessed = errors.New("DynamoDB leaves records unread: it is short of throughput")

// batchSize is how many records one BatchGetItem reads.
const batchSize = 100

// batch reads many records as they are now. What DynamoDB leaves unread is asked for again, unless it reads nothing
// at all any more.
func (s *Store) batch(ctx context.Context, keys []key) (map[key]item, error) {
	found := map[key]item{}
	for idle := 0; len(keys) > 0; {
		size := min(len(keys), batchSize)
		read, left, err := s.some(ctx, keys[:size])
		if err != nil {
			return nil, err
		}
		for _, it := range read {
			found[keyOf(it)] = it
		}
		keys = append(left, keys[size:]...)
		switch idle++; {
		case len(left) == 0:
			idle = 0
			continue
		case len(left) < size:
			idle = 1
		case idle == tries:
			return nil, errUnprocessed
		}
		if err := pause(ctx, idle); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// some asks for records once, and returns the keys that were left unread.
func (s *Store) some(ctx context.Context, keys []key) (read []item, left []key, err error) {
	asked := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, k := range keys {
		asked.Keys = append(asked.Keys, k.item())
	}
	got, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{s.table: asked}})
	if err != nil {
		return nil, nil, err
	}
	for _, k := range got.UnprocessedKeys[s.table].Keys {
		left = append(left, keyOf(k))
	}
	return got.Responses[s.table], left, nil
}

// keyOf is a record's key as it says itself; a record that says none is missed.
func keyOf(it item) key {
	var k key
	r := &row{item: it, reads: true}
	str(r, attrPK, &k.pk)
	str(r, attrSK, &k.sk)
	return k
}
