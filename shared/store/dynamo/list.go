package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// Tokens implements pat.Store by one query. Another owner's tokens under the tag are read and left out here: a
// filter of DynamoDB costs the same, and would also leave out a record that is damaged.
func (s *Store) Tokens(ctx context.Context, owner pat.OwnerID, tag pat.Tag, before pat.Prefix, max int) (page []pat.Token, next pat.Prefix, err error) {
	err = s.call(ctx, "list tokens", func(ctx context.Context) error {
		q := s.underTag(tag, &terms{})
		q.ScanIndexForward, q.Limit = aws.Bool(false), aws.Int32(int32(max))
		if before != "" {
			q.ExclusiveStartKey = tokenKey(before).item()
		}
		got, err := s.client.Query(ctx, q)
		if err != nil {
			return err
		}
		page, err = owned(got.Items, owner)
		if err != nil || got.LastEvaluatedKey == nil {
			return err
		}
		next, err = prefixOf(got.LastEvaluatedKey)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return page, next, nil
}

// underTag asks for the tokens under a tag, as they are now.
func (s *Store) underTag(tag pat.Tag, t *terms) *dynamodb.QueryInput {
	condition := all(t.is(attrPK, text(string(tag))), "begins_with("+t.attr(attrSK)+", "+t.val(text(tokenSort))+")")
	return &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: condition,
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
	}
}

func owned(items []item, owner pat.OwnerID) ([]pat.Token, error) {
	var page []pat.Token
	for _, it := range items {
		p, err := prefixOf(it)
		if err != nil {
			return nil, err
		}
		t, err := decodeToken(it, p)
		if err != nil {
			return nil, err
		}
		if t.Owner == owner {
			page = append(page, t)
		}
	}
	return page, nil
}

// prefixOf reads a prefix from a token's key.
func prefixOf(k item) (pat.Prefix, error) {
	pk, _ := k[attrPK].(*types.AttributeValueMemberS)
	sk, _ := k[attrSK].(*types.AttributeValueMemberS)
	if pk != nil && sk != nil && len(sk.Value) > len(tokenSort) {
		if p, ok := pat.ParsePrefix(pk.Value + sk.Value[len(tokenSort):]); ok && tokenKey(p) == (key{pk.Value, sk.Value}) {
			return p, nil
		}
	}
	return "", fmt.Errorf("%w: its key is not a token's", ErrDamaged)
}

// CountLive implements pat.Store. DynamoDB counts, so that no record crosses the wire; one that is damaged counts
// as live, since a limit must not give way.
func (s *Store) CountLive(ctx context.Context, owner pat.OwnerID, tag pat.Tag, at time.Time) (live int, err error) {
	err = s.call(ctx, "count tokens", func(ctx context.Context) error {
		var t terms
		q := s.underTag(tag, &t)
		q.Select = types.SelectCount
		q.FilterExpression = all(
			"("+t.absent("owner")+" OR "+t.is("owner", text(string(owner)))+")",
			t.absent("compromised"), t.absent("revokedAt"),
			"NOT "+t.attr("expiresAt")+" <= "+t.val(number(at.UnixMilli())))
		return s.pages(ctx, q, func(got *dynamodb.QueryOutput) (bool, error) {
			live += int(got.Count)
			return true, nil
		})
	})
	if err != nil {
		return 0, err
	}
	return live, nil
}

// pages turns the pages of a query while visit says so. DynamoDB ends a page where it likes.
func (s *Store) pages(ctx context.Context, q *dynamodb.QueryInput, visit func(*dynamodb.QueryOutput) (bool, error)) error {
	for {
		got, err := s.client.Query(ctx, q)
		if err != nil {
			return err
		}
		more, err := visit(got)
		if err != nil || !more || got.LastEvaluatedKey == nil {
			return err
		}
		q.ExclusiveStartKey = got.LastEvaluatedKey
	}
}
