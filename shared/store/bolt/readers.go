package bolt

import (
	"context"
	"encoding/binary"
	"maps"

	"go.etcd.io/bbolt"
)

// keyReaders is where it is noted how far each reader of the outbox is.
const keyReaders = "readers"

// readersRow is that on the disk.
type readersRow struct {
	Format  int               `json:"v"`
	Through map[string]uint64 `json:"through"`
}

// After returns the entries of the outbox beyond that sequence, oldest first, at most max. One that is damaged stands in its
// place: it must not hold back those behind it.
func (s *Store) After(ctx context.Context, sequence uint64, max int) (entries []Entry, err error) {
	err = s.view(ctx, "read the outbox", func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(bucketOutbox)).Cursor()
		key, raw := cursor.Seek(sequenceKey(sequence))
		if key != nil && binary.BigEndian.Uint64(key) == sequence {
			key, raw = cursor.Next()
		}
		for ; key != nil && len(entries) < max; key, raw = cursor.Next() {
			token, err := decodeEntry(raw)
			entries = append(entries, Entry{binary.BigEndian.Uint64(key), token, err})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// Newest returns the sequence of the last change that there was, whether it waits still or not; 0 if there was none.
func (s *Store) Newest(ctx context.Context) (sequence uint64, err error) {
	err = s.view(ctx, "read the outbox", func(tx *bbolt.Tx) error {
		sequence = tx.Bucket([]byte(bucketOutbox)).Sequence()
		return nil
	})
	return sequence, err
}

// Readers returns through which sequence each reader of the outbox has it, by the readers' names.
func (s *Store) Readers(ctx context.Context) (through map[string]uint64, err error) {
	err = s.view(ctx, "read the outbox's readers", func(tx *bbolt.Tx) error {
		raw := get(tx, bucketMeta, keyReaders)
		if raw == nil {
			return nil
		}
		var r readersRow
		if err := decode(raw, &r); err != nil {
			return err
		}
		var w wrong
		w.unless(r.Format == rowFormat, "the format is another version's")
		through = r.Through
		return w.err
	})
	if err != nil {
		return nil, err
	}
	return through, nil
}

// SetReaders notes how far each reader is. One that is not named is forgotten.
func (s *Store) SetReaders(ctx context.Context, through map[string]uint64) error {
	raw, err := encode(readersRow{Format: rowFormat, Through: maps.Clone(through)})
	if err != nil {
		return wrap("note the outbox's readers", err)
	}
	return s.write(ctx, "note the outbox's readers", func(t *txn) error { return t.put(bucketMeta, keyReaders, raw) })
}
