package bolt

import (
	"encoding/binary"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// The indexes are by time: a key is a time's milliseconds in eight bytes, in the order of time, and what lies there then.
// In the index of what is due that is a token's prefix; in that of ends, the kind of a record and its key.
const (
	timeLen   = 8
	endToken  = "t"
	endAnswer = "a"
)

func timed(at time.Time, rest string) string {
	if at.IsZero() {
		return ""
	}
	return string(binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli())^1<<63)) + rest
}

// places are where a token is in the indexes; "": it is not.
type places struct{ due, end string }

func placesOf(t pat.Token) places {
	return places{timed(t.DueAt, string(t.Prefix)), timed(t.CollectAt(), endToken+string(t.Prefix))}
}

// move changes a token's places in the indexes, with the token itself.
func (t *txn) move(was, is places) error {
	if err := t.moveIn(bucketDue, was.due, is.due); err != nil {
		return err
	}
	return t.moveIn(bucketEnds, was.end, is.end)
}

func (t *txn) moveIn(index, was, is string) error {
	if was == is {
		return nil
	}
	if was != "" {
		if err := t.delete(index, was); err != nil {
			return err
		}
	}
	if is == "" {
		return nil
	}
	return t.put(index, is, []byte{})
}

// upTo visits an index's keys whose time is not after at, soonest first, while visit says so.
func upTo(tx *bbolt.Tx, index string, at time.Time, visit func(key string) bool) {
	bound := timed(at, "")
	cursor := tx.Bucket([]byte(index)).Cursor()
	for raw, _ := cursor.First(); raw != nil; raw, _ = cursor.Next() {
		key := string(raw)
		if len(key) < timeLen || key[:timeLen] > bound || !visit(key) {
			return
		}
	}
}
