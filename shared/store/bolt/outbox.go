package bolt

import (
	"context"
	"encoding/binary"
	"time"

	"latchkey/shared/pat"
)

// Entry is one change of a token that waits to be told.
type Entry struct {
	Sequence uint64 // rises with every change in the store; a number may be missing, none comes twice
	// Token is the token as the change left it, with what an event says of it and nothing else: no hash above all.
	Token pat.Token
	// Damage is why there is no token. Nobody can ever tell of it.
	Damage error
}

// entryRow is an Entry on the disk.
type entryRow struct {
	Format      int             `json:"v"`
	ID          pat.ID          `json:"id"`
	Prefix      pat.Prefix      `json:"prefix"`
	Owner       pat.OwnerID     `json:"owner"`
	CreatedBy   pat.OwnerID     `json:"createdBy"`
	Product     pat.ProductName `json:"product,omitzero"`
	Name        string          `json:"name,omitzero"`
	Version     int64           `json:"version"`
	Disabled    bool            `json:"disabled,omitzero"`
	Suspended   bool            `json:"suspended,omitzero"`
	Compromised bool            `json:"compromised,omitzero"`
	NotBefore   time.Time       `json:"notBefore,omitzero"`
	ExpiresAt   time.Time       `json:"expiresAt,omitzero"`
	RevokedAt   time.Time       `json:"revokedAt,omitzero"`
	Change      changeRow       `json:"change"`
}

func encodeEntry(t pat.Token) ([]byte, error) {
	return encode(entryRow{
		Format: rowFormat, ID: t.ID, Prefix: t.Prefix, Owner: t.Owner, CreatedBy: t.CreatedBy,
		Product: t.Product, Name: t.Name, Version: t.Version, Disabled: t.Disabled, Suspended: t.Suspended, Compromised: t.Compromised,
		NotBefore: t.NotBefore.UTC(), ExpiresAt: t.ExpiresAt.UTC(), RevokedAt: t.RevokedAt.UTC(),
		Change: newChangeRow(t.LastChange),
	})
}

func decodeEntry(raw []byte) (pat.Token, error) {
	var r entryRow
	if err := decode(raw, &r); err != nil {
		return pat.Token{}, err
	}
	var w wrong
	w.unless(r.Format == rowFormat, "the format is another version's")
	w.unless(r.ID != "" && r.Prefix != "" && r.Owner != "" && r.Version > 0, "there is no token")
	w.unless(r.Change.Kind != "", "there is no change")
	if w.err != nil {
		return pat.Token{}, w.err
	}
	return pat.Token{
		ID: r.ID, Prefix: r.Prefix, Owner: r.Owner, CreatedBy: r.CreatedBy,
		Product: r.Product, Name: r.Name, Version: r.Version, Disabled: r.Disabled, Suspended: r.Suspended, Compromised: r.Compromised,
		NotBefore: r.NotBefore, ExpiresAt: r.ExpiresAt, RevokedAt: r.RevokedAt, LastChange: r.Change.change(),
	}, nil
}

// deliveredBatch bounds what one transaction removes, for which others wait.
const deliveredBatch = 1024

// Delivered removes the entries up to and with that sequence, in as many transactions as it takes. Removing them again does
// no harm.
func (s *Store) Delivered(ctx context.Context, through uint64) error {
	for more := true; more; {
		var some bool
		err := s.write(ctx, "clear the outbox", func(t *txn) (err error) {
			some, err = t.deliver(through)
			return err
		})
		if err != nil { // some is the writer's, who may still be at it
			return err
		}
		more = some
	}
	return nil
}

// deliver removes some of the entries up to and with that sequence, and reports whether there may be more. It looks for all
// before it deletes any: what a transaction has emptied, a cursor walks through again each time.
func (t *txn) deliver(through uint64) (more bool, err error) {
	var keys []string
	cursor := t.tx.Bucket([]byte(bucketOutbox)).Cursor()
	for key, _ := cursor.First(); key != nil && binary.BigEndian.Uint64(key) <= through && len(keys) < deliveredBatch; key, _ = cursor.Next() {
		keys = append(keys, string(key))
	}
	for _, key := range keys {
		if err := t.delete(bucketOutbox, key); err != nil {
			return false, err
		}
	}
	return len(keys) == deliveredBatch, nil
}
