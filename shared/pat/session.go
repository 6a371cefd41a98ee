package pat

import (
	"context"
	"errors"
)

// Logout ends all sessions of the caller's user, this one included.
func (s *Service) Logout(ctx context.Context, c Caller, _ struct{}) error {
	if err := c.needsSession(); err != nil {
		return err
	}
	_, err := s.changeOwner(ctx, c.Owner, c.standing(), func(row *Owner) error {
		row.Epoch++
		return nil
	})
	return err
}

// changeOwner writes what edit makes of an owner's row, on condition that nobody changed it since it was
// read; else it reads and edits again.
func (s *Service) changeOwner(ctx context.Context, id OwnerID, by Standing, edit func(*Owner) error) (Owner, error) {
	var row Owner
	err := s.again(ctx, "change an owner", func() error {
		var err error
		if row, err = s.ownerRow(ctx, id); err != nil {
			return err
		}
		if row.Version == 0 {
			return errNotFound
		}
		row = row.clone()
		if err := edit(&row); err != nil {
			return err
		}
		row.UpdatedAt = s.now()
		switch err := s.store.PutOwner(ctx, row, row.Version, by); {
		case errors.Is(err, ErrConflict):
			return err
		case errors.Is(err, ErrCallerMoved):
			return by.fallen("change an owner")
		case err != nil:
			return unavailable("change an owner", err)
		}
		row.Version++
		return nil
	})
	if err != nil {
		return Owner{}, err
	}
	return row, nil
}
