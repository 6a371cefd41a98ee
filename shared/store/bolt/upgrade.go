package bolt

import (
	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// upgrade brings a file of the version before to this one, whose records are the same and have indexes. Of its tokens none is
// due: those were made before anything was announced, and are announced when their expiry is changed. A record that
// cannot be read is left for whoever asks for it.
func upgrade(tx *bbolt.Tx) error {
	for _, name := range []string{bucketDue, bucketEnds} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	t := &txn{tx: tx}
	err := tx.Bucket([]byte(bucketTokens)).ForEach(func(key, raw []byte) error {
		token, err := decodeToken(raw, pat.Prefix(key))
		if err != nil {
			return nil
		}
		return t.move(places{}, placesOf(token))
	})
	if err != nil {
		return err
	}
	err = tx.Bucket([]byte(bucketAnswers)).ForEach(func(raw, _ []byte) error {
		key := string(raw)
		if len(key) < pat.TagLen {
			return nil
		}
		a, err := getAnswer(tx, pat.Tag(key[:pat.TagLen]), key[pat.TagLen:])
		if err != nil {
			return nil
		}
		return t.moveIn(bucketEnds, "", endOf(a))
	})
	if err != nil {
		return err
	}
	return t.put(bucketMeta, keyFormat, []byte(format))
}
