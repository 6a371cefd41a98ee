package bolt

import (
	"bytes"
	"context"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// Tokens implements pat.Store.
func (s *Store) Tokens(ctx context.Context, owner pat.OwnerID, tag pat.Tag, before pat.Prefix, max int) (page []pat.Token, next pat.Prefix, err error) {
	err = s.view(ctx, "list tokens", func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(bucketTokens)).Cursor()
		for key, raw := below(cursor, tag, before); bytes.HasPrefix(key, []byte(tag)); key, raw = cursor.Prev() {
			t, err := decodeToken(raw, pat.Prefix(key))
			if err != nil {
				return err
			}
			if t.Owner != owner {
				continue
			}
			if len(page) == max { // there is one more
				next = page[max-1].Prefix
				return nil
			}
			page = append(page, t)
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	return page, next, nil
}

// below moves the cursor to the last key under the tag that is below before, if there is such a key.
func below(cursor *bbolt.Cursor, tag pat.Tag, before pat.Prefix) (key, raw []byte) {
	bound := string(before)
	if before == "" {
		bound = string(tag) + "~" // which is above every prefix of the tag
	}
	if key, _ := cursor.Seek([]byte(bound)); key == nil {
		return cursor.Last()
	}
	return cursor.Prev()
}

// CountLive implements pat.Store.
func (s *Store) CountLive(ctx context.Context, owner pat.OwnerID, tag pat.Tag, at time.Time) (live int, err error) {
	err = s.view(ctx, "count tokens", func(tx *bbolt.Tx) error {
		return above(tx, string(tag), "", func(t pat.Token) bool {
			if t.Owner == owner && t.Live(at) {
				live++
			}
			return true
		})
	})
	if err != nil {
		return 0, err
	}
	return live, nil
}

// FindTokens implements pat.Store.
func (s *Store) FindTokens(ctx context.Context, fragment string, after pat.Prefix, max int) (found []pat.Token, err error) {
	err = s.view(ctx, "find tokens", func(tx *bbolt.Tx) error {
		return above(tx, fragment, after, func(t pat.Token) bool {
			if len(found) < max {
				found = append(found, t)
			}
			return len(found) < max
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// above visits the tokens whose prefix begins so and is above after, by rising prefix, while visit says so.
func above(tx *bbolt.Tx, fragment string, after pat.Prefix, visit func(pat.Token) bool) error {
	cursor := tx.Bucket([]byte(bucketTokens)).Cursor()
	from := max(fragment, string(after))
	for key, raw := cursor.Seek([]byte(from)); bytes.HasPrefix(key, []byte(fragment)); key, raw = cursor.Next() {
		if string(key) == string(after) {
			continue
		}
		t, err := decodeToken(raw, pat.Prefix(key))
		if err != nil {
			return err
		}
		if !visit(t) {
			return nil
		}
	}
	return nil
}
