package dynamo

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"latchkey/shared/pat"
)

// Token implements pat.Store: one consistent GetItem.
func (s *Store) Token(ctx context.Context, p pat.Prefix) (t pat.Token, err error) {
	err = s.call(ctx, "get token", func(ctx context.Context) error {
		it, err := s.get(ctx, tokenKey(p))
		if err != nil {
			return err
		}
		t, err = decodeToken(it, p)
		return err
	})
	return t, err
}

// get reads the record at the key; nil if there is none.
func (s *Store) get(ctx context.Context, k key) (item, error) {
	got, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: k.item(), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return got.Item, nil
}

// UpdateToken implements pat.Store.
func (s *Store) UpdateToken(ctx context.Context, t pat.Token, was int64, by pat.Standing) error {
	return s.call(ctx, "update token", func(ctx context.Context) error {
		w, err := s.tokenUpdate(t, was, by)
		if err != nil {
			return err
		}
		return s.commit(ctx, pat.ErrConflict, append([]write{w}, s.standing(by, "", t.Prefix)...)...)
	})
}

// tokenUpdate replaces all of a record but its key and its usage.
func (s *Store) tokenUpdate(token pat.Token, was int64, by pat.Standing) (write, error) {
	st, err := s.change()
	if err != nil {
		return write{}, err
	}
	token = token.Clone()
	token.Version = max(was, 0) + 1 // no record is below version 1, whatever the condition asks for
	token.Usage = pat.Usage{}
	fields := &row{item: item{}}
	tokenFields(fields, &token, &st)
	if fields.err != nil {
		return write{}, fields.err
	}
	var t terms
	conditions := []string{t.format(), t.is("version", number(was))}
	if by.Token == token.Prefix {
		conditions = append(conditions, t.is("version", number(by.Version)))
	}
	return s.update(tokenKey(token.Prefix), &t, t.replace(fields, untouched(&token)), all(conditions...), st.mark(token.Version),
		tokenJudge(token.Prefix, by, pat.ErrNotFound, pat.ErrConflict)), nil
}

// untouched names what an update leaves as it is.
func untouched(token *pat.Token) []string {
	r := &row{item: item{}}
	usageFields(r, &pat.Usage{})
	callFields(r, token.MaxCalls, new(counts))
	return append(r.names, attrPK, attrSK)
}

// replace is the expression that sets the fields that are set and removes the others.
func (t *terms) replace(r *row, except []string) string {
	var set, remove []string
	for _, name := range slices.Sorted(slices.Values(r.names)) {
		if slices.Contains(except, name) {
			continue
		}
		if v, ok := r.item[name]; ok {
			set = append(set, t.is(name, v))
		} else {
			remove = append(remove, t.attr(name))
		}
	}
	expression := "SET " + strings.Join(set, ", ")
	if len(remove) > 0 {
		expression += " REMOVE " + strings.Join(remove, ", ")
	}
	return expression
}
