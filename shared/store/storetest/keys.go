package storetest

import (
	"errors"

	"latchkey/shared/pat"
)

func keysCases() []testCase {
	return []testCase{
		{"are not found before the first write", func(w *world) {
			_, err := w.store.Keys(w.Context())
			w.wants("read the keys", err, pat.ErrNotFound)
		}},
		{"come back whole", func(w *world) {
			w.must(w.store.PutKeys(w.Context(), draftKeys(), 0))
			w.same("keys", w.keys(), draftKeys())
			w.utc("when a key was made", w.keys().Signing[0].CreatedAt)
			w.utc("when a key was made", w.keys().Vault[0].CreatedAt)
		}},
		{"need no key that signs or seals secrets", func(w *world) {
			k := draftKeys()
			k.Signing, k.Vault = nil, nil
			w.must(w.store.PutKeys(w.Context(), k, 0))
			w.same("keys", w.keys(), k)
		}},
		{"are written at the version that was seen", keysAtVersion},
		{"count their version themselves", func(w *world) {
			k := draftKeys()
			k.Version = 77
			w.must(w.store.PutKeys(w.Context(), k, 0))
			k.Version = 1
			w.same("keys", w.keys(), k)
		}},
		{"are made once by many at once", func(w *world) {
			w.oneWins(atOnce(8, func(int) error { return w.store.PutKeys(w.Context(), draftKeys(), 0) }), pat.ErrConflict)
			w.same("keys", w.keys(), draftKeys())
		}},
		{"are copies", keysAreCopies},
	}
}

func (w *world) keys() pat.Keys {
	w.Helper()
	k, err := w.store.Keys(w.Context())
	w.must(err)
	return k
}

func keysAtVersion(w *world) {
	w.wants("write keys that are not there", w.store.PutKeys(w.Context(), draftKeys(), 1), pat.ErrConflict)
	_, err := w.store.Keys(w.Context())
	w.wants("read the keys", err, pat.ErrNotFound)

	w.must(w.store.PutKeys(w.Context(), draftKeys(), 0))
	other := draftKeys()
	other.Tag = append([][]byte{[]byte("a newer key")}, other.Tag...)
	for _, was := range []int64{0, 2} {
		w.wants("write keys at another version", w.store.PutKeys(w.Context(), other, was), pat.ErrConflict)
	}
	w.same("keys after writes that failed", w.keys(), draftKeys())

	w.must(w.store.PutKeys(w.Context(), other, 1))
	other.Version = 2
	w.same("keys after a write", w.keys(), other)
}

func keysAreCopies(w *world) {
	given := draftKeys()
	w.must(w.store.PutKeys(w.Context(), given, 0))
	spoil := func(k pat.Keys) {
		for _, b := range [][]byte{k.Tag[0], k.Seal, k.Signing[0].Private, k.Signing[2].Public, k.Vault[0].Wrapped, k.Vault[1].Key} {
			clear(b)
		}
		k.Tag[1], k.Signing[1], k.Vault[1] = nil, pat.SigningKey{}, pat.VaultKey{}
	}
	spoil(given)
	w.same("keys after what was given has changed", w.keys(), draftKeys())
	spoil(w.keys())
	w.same("keys after what was returned has changed", w.keys(), draftKeys())
}

// conflicts reports whether err is a condition that did not hold.
func conflicts(err error) bool { return errors.Is(err, pat.ErrConflict) }
