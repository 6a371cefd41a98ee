package dynamo

import (
	"context"

	"latchkey/shared/pat"
)

// Owner implements pat.Store.
func (s *Store) Owner(ctx context.Context, id pat.OwnerID) (o pat.Owner, err error) {
	err = s.call(ctx, "get owner", func(ctx context.Context) error {
		it, err := s.get(ctx, ownerKey(id))
		if err != nil {
			return err
		}
		o, err = decodeOwner(it, id)
		return err
	})
	return o, err
}

// PutOwner implements pat.Store. A local user's first row brings his place in the directory with it.
func (s *Store) PutOwner(ctx context.Context, o pat.Owner, was int64, by pat.Standing) error {
	return s.call(ctx, "put owner", func(ctx context.Context) error {
		writes, err := s.ownerWrites(o, was, by)
		if err != nil {
			return err
		}
		busy := pat.ErrConflict
		if was == 0 { // a conflict would say that somebody has made it, which nobody knows
			busy = nil
		}
		return s.commit(ctx, busy, writes...)
	})
}

func (s *Store) ownerWrites(o pat.Owner, was int64, by pat.Standing) ([]write, error) {
	st, err := s.change()
	if err != nil {
		return nil, err
	}
	o.Version = was + 1
	it, err := encodeOwner(o, st)
	if err != nil {
		return nil, err
	}
	var t terms
	conditions := t.at(was)
	if by.Owner == o.ID {
		conditions = append(conditions, t.is("epoch", number(by.Epoch)))
	}
	writes := []write{s.put(it, &t, all(conditions...), st.mark(o.Version), ownerJudge(o.ID, by, pat.ErrConflict))}
	if was == 0 && o.ID.IsUser() {
		place, err := encode(func(r *row) { r.head(userKey(o.ID.Name())) })
		if err != nil {
			return nil, err
		}
		writes = append(writes, s.put(place, &terms{}, nil, mark{}, nil))
	}
	return append(writes, s.standing(by, o.ID, "")...), nil
}

// at demands a record at the version, 0 being none at all.
func (t *terms) at(version int64) []string {
	if version == 0 {
		return []string{t.absent(attrPK)}
	}
	return []string{t.format(), t.is("version", number(version))}
}
