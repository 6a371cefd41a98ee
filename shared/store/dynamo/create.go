package dynamo

import (
	"context"

	"latchkey/shared/pat"
)

// CreateToken implements pat.Store, by one transaction. Old answers are collected by DynamoDB.
func (s *Store) CreateToken(ctx context.Context, n pat.NewToken) error {
	return s.call(ctx, "create token", func(ctx context.Context) error {
		token, err := s.newToken(n)
		if err != nil {
			return err
		}
		writes := []write{token, s.moveOwner(n)}
		if n.Answer != nil {
			answer, err := s.newAnswer(n)
			if err != nil {
				return err
			}
			writes = append(writes, answer)
		}
		writes = append(writes, s.standing(n.By, n.Token.Owner, n.Token.Prefix)...)
		return s.commit(ctx, pat.ErrOwnerMoved, writes...)
	})
}

func (s *Store) newToken(n pat.NewToken) (write, error) {
	st, err := s.change()
	if err != nil {
		return write{}, err
	}
	it, err := encodeToken(n.Token, st)
	if err != nil {
		return write{}, err
	}
	var t terms
	conditions := []string{t.absent(attrPK)}
	if n.By.Token == n.Token.Prefix { // a maker that is not there yet
		conditions = append(conditions, t.is("version", number(n.By.Version)))
	}
	return s.put(it, &t, all(conditions...), st.mark(), func(was item) error {
		if len(was) == 0 {
			return pat.ErrCallerMoved
		}
		return pat.ErrPrefixTaken
	}), nil
}

func (s *Store) moveOwner(n pat.NewToken) write {
	var t terms
	conditions := []string{t.format(), t.is("version", number(n.OwnerVersion))}
	if n.By.Owner == n.Token.Owner {
		conditions = append(conditions, t.is("epoch", number(n.By.Epoch)))
	}
	return s.update(ownerKey(n.Token.Owner), &t, "SET "+t.is("version", number(n.OwnerVersion+1)), all(conditions...), nil,
		ownerJudge(n.Token.Owner, n.By, pat.ErrOwnerMoved))
}

func (s *Store) newAnswer(n pat.NewToken) (write, error) {
	a := *n.Answer
	it, err := encodeAnswer(a)
	if err != nil {
		return write{}, err
	}
	var t terms
	free := "(" + t.absent(attrPK) + " OR " + t.format() + " AND " + t.attr("until") + " <= " + t.val(number(n.Token.CreatedAt.UnixMilli())) + ")"
	return s.put(it, &t, &free, nil, func(was item) error {
		if _, err := decodeAnswer(was, a.Tag, a.Key); err != nil {
			return err
		}
		return pat.ErrAnswerTaken
	}), nil
}
