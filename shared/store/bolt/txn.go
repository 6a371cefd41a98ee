package bolt

import (
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// txn is one write's view of the transaction that it shares with others. It notes whether the write has put
// anything: up to then, the write can fail without harm to the others.
type txn struct {
	tx    *bbolt.Tx
	wrote bool
}

// run runs the job, unless nobody waits for it any more.
func (t *txn) run(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	finished := false
	err := guard(func() error {
		err := j.run(t)
		finished = true
		return err
	})
	t.wrote = t.wrote || !finished // after a panic nobody knows
	return err
}

func (t *txn) put(bucket, key string, row []byte) error {
	t.wrote = true
	return t.tx.Bucket([]byte(bucket)).Put([]byte(key), row)
}

func (t *txn) delete(bucket, key string) error {
	t.wrote = true
	return t.tx.Bucket([]byte(bucket)).Delete([]byte(key))
}

// emit appends a row to the outbox.
func (t *txn) emit(row []byte) error {
	t.wrote = true
	outbox := t.tx.Bucket([]byte(bucketOutbox))
	sequence, err := outbox.NextSequence()
	if err != nil {
		return err
	}
	return outbox.Put(sequenceKey(sequence), row)
}

func sequenceKey(sequence uint64) []byte { return binary.BigEndian.AppendUint64(nil, sequence) }

// get returns the row at the key, nil if there is none. It belongs to the file: decode it before the
// transaction ends.
func get(tx *bbolt.Tx, bucket, key string) []byte {
	return tx.Bucket([]byte(bucket)).Get([]byte(key))
}
