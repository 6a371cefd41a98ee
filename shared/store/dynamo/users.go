package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"latchkey/shared/pat"
)

// Users implements pat.Store: the directory has the names in order, and the rows are then read as they are now.
func (s *Store) Users(ctx context.Context, after string, max int) (page []pat.Owner, err error) {
	err = s.call(ctx, "list users", func(ctx context.Context) error {
		names, err := s.userNames(ctx, after, max)
		if err != nil {
			return err
		}
		page, err = s.owners(ctx, names)
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

func (s *Store) userNames(ctx context.Context, after string, max int) (names []string, err error) {
	var t terms
	condition := []string{t.is(attrPK, text(directory))}
	if after != "" {
		condition = append(condition, t.attr(attrSK)+" > "+t.val(text(after)))
	}
	q := &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), KeyConditionExpression: all(condition...), Limit: aws.Int32(int32(max)),
		ExpressionAttributeNames: t.names, ExpressionAttributeValues: t.values,
	}
	err = s.pages(ctx, q, func(got *dynamodb.QueryOutput) (bool, error) {
		for _, it := range got.Items {
			name := keyOf(it).sk
			if err := decode(it, func(r *row) { r.head(userKey(name)) }); err != nil {
				return false, err
			}
			names = append(names, name)
		}
		names = names[:min(len(names), max)]
		return len(names) < max, nil
	})
	return names, err
}

// owners reads local users. Each name in the directory has a row.
func (s *Store) owners(ctx context.Context, names []string) ([]pat.Owner, error) {
	var keys []key
	for _, name := range names {
		keys = append(keys, ownerKey(pat.UserID(name)))
	}
	records, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	var page []pat.Owner
	for i, k := range keys {
		it, ok := records[k]
		if !ok {
			return nil, fmt.Errorf("%w: the directory names a user who has no row", ErrDamaged)
		}
		o, err := decodeOwner(it, pat.UserID(names[i]))
		if err != nil {
			return nil, err
		}
		page = append(page, o)
	}
	return page, nil
}
