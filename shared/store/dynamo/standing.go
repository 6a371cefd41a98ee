package dynamo

import (
	"errors"

	"latchkey/shared/pat"
)

// standing asks for the caller's standing on the records that the call does not write itself. A transaction may
// not name a record twice, so what is asked of the ones that it writes goes into the writes' own conditions.
func (s *Store) standing(by pat.Standing, owner pat.OwnerID, token pat.Prefix) []write {
	var checks []write
	if by.Owner != "" && by.Owner != owner {
		var t terms
		checks = append(checks, s.check(ownerKey(by.Owner), &t, all(t.format(), t.is("epoch", number(by.Epoch))),
			ownerJudge(by.Owner, by, pat.ErrCallerMoved)))
	}
	if by.Token != "" && by.Token != token {
		var t terms
		checks = append(checks, s.check(tokenKey(by.Token), &t, all(t.format(), t.is("version", number(by.Version))),
			tokenJudge(by.Token, by, pat.ErrCallerMoved, pat.ErrCallerMoved)))
	}
	return checks
}

// ownerJudge tells why a condition on an owner's row failed: because of the caller, if the row is the caller's, or
// else as said.
func ownerJudge(id pat.OwnerID, by pat.Standing, otherwise error) func(item) error {
	return func(was item) error {
		o, err := decodeOwner(was, id)
		if err != nil && !errors.Is(err, pat.ErrNotFound) {
			return err
		}
		if by.Owner == id && (err != nil || o.Epoch != by.Epoch) {
			return pat.ErrCallerMoved
		}
		return otherwise
	}
}

// tokenJudge does so for a token's record, and has an answer of its own for one that is not there.
func tokenJudge(p pat.Prefix, by pat.Standing, missing, otherwise error) func(item) error {
	return func(was item) error {
		t, err := decodeToken(was, p)
		switch {
		case errors.Is(err, pat.ErrNotFound):
			return missing
		case err != nil:
			return err
		case by.Token == p && t.Version != by.Version:
			return pat.ErrCallerMoved
		}
		return otherwise
	}
}
