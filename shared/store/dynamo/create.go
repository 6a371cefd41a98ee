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
		writes := []write{token, s.gate(n)}
		if n.Answer != nil {
			answer, err := s.newAnswer(n)
			if err != nil {
				return err
			}
			writes = append(writes, answer)
		}
		// A caller's token may have the very prefix that was drawn; it is there, so that the prefix is taken.
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
	return s.put(it, &t, all(t.absent(attrPK)), mark{}, func(item) error { return pat.ErrPrefixTaken }), nil
}

// gate demands that the owner's row is as it must be, and moves it on where a limit was judged. Where none was, creates
// only read it, and none of them makes another begin anew.
func (s *Store) gate(n pat.NewToken) write {
	var t terms
	conditions := []string{t.format()}
	if n.By.Owner == n.Token.Owner {
		conditions = append(conditions, t.is("epoch", number(n.By.Epoch)))
	}
	if n.OwnerVersion == 0 {
		conditions = append(conditions, t.is("epoch", number(n.Token.OwnerEpoch)))
		return s.check(ownerKey(n.Token.Owner), &t, all(conditions...), ownerJudge(n.Token.Owner, n.By, pat.ErrOwnerMoved))
	}
	conditions = append(conditions, t.is("version", number(n.OwnerVersion)))
	return s.update(ownerKey(n.Token.Owner), &t, "SET "+t.is("version", number(n.OwnerVersion+1)), all(conditions...), mark{},
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
	return s.put(it, &t, &free, mark{}, func(was item) error {
		if _, err := decodeAnswer(was, a.Tag, a.Key); err != nil {
			return err
		}
		return pat.ErrAnswerTaken
	}), nil
}
