package dynamo

import (
	"context"

	"latchkey/shared/pat"
)

// keysFields lists the attributes of the service keys.
func keysFields(r *row, k *pat.Keys, s *stamp) {
	r.head(serviceKey)
	r.count("version", &k.Version)
	list(r, "tag", &k.Tag, func(r *row, name string, v *[]byte) { r.bytes(name, v) })
	r.bytes("seal", &k.Seal)
	list(r, "signing", &k.Signing, func(r *row, name string, v *pat.SigningKey) {
		r.group(name, func(r *row) {
			str(r, "id", &v.ID)
			r.bytes("private", &v.Private)
			r.bytes("public", &v.Public)
			str(r, "kms", &v.KMS)
			r.moment("createdAt", &v.CreatedAt)
			r.unless(v.ID != "", "a signing key has no name")
		})
	})
	list(r, "vault", &k.Vault, func(r *row, name string, v *pat.VaultKey) {
		r.group(name, func(r *row) {
			str(r, "id", &v.ID)
			r.bytes("key", &v.Key)
			r.bytes("wrapped", &v.Wrapped)
			str(r, "kms", &v.KMS)
			r.moment("createdAt", &v.CreatedAt)
			r.unless(v.ID != "", "a sealing key has no name")
			r.unless((v.KMS == "") == (len(v.Key) > 0) && (v.KMS == "") == (len(v.Wrapped) == 0), "a sealing key is not just one of plain and wrapped")
		})
	})
	s.fields(r)
	r.unless(k.Version > 0, "there is no version")
	r.unless(len(k.Tag) > 0 && len(k.Seal) > 0, "there is no key of some kind")
}

// Keys implements pat.Store.
func (s *Store) Keys(ctx context.Context) (k pat.Keys, err error) {
	err = s.call(ctx, "get keys", func(ctx context.Context) error {
		it, err := s.get(ctx, serviceKey)
		if err != nil {
			return err
		}
		k, err = decodeKeys(it)
		return err
	})
	return k, err
}

func decodeKeys(it item) (pat.Keys, error) {
	if len(it) == 0 {
		return pat.Keys{}, pat.ErrNotFound
	}
	var k pat.Keys
	var s stamp
	if err := decode(it, func(r *row) { keysFields(r, &k, &s) }); err != nil {
		return pat.Keys{}, err
	}
	return k, nil
}

// PutKeys implements pat.Store.
func (s *Store) PutKeys(ctx context.Context, k pat.Keys, was int64) error {
	return s.call(ctx, "put keys", func(ctx context.Context) error {
		st, err := s.change()
		if err != nil {
			return err
		}
		k.Version = was + 1
		it, err := encode(func(r *row) { keysFields(r, &k, &st) })
		if err != nil {
			return err
		}
		var t terms
		return s.commit(ctx, nil, s.put(it, &t, all(t.at(was)...), st.mark(k.Version), func(was item) error {
			if _, err := decodeKeys(was); len(was) > 0 && err != nil {
				return err
			}
			return pat.ErrConflict
		}))
	})
}
