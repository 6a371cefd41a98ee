package pat

import (
	"context"
	"fmt"
	"io"
)

// Bootstrap makes the service keys, if there are none, and the first administrator, if there never was anybody of
// that name; created reports whether it did the latter. If another key
// shall sign sessions, or seal secrets, than does, it changes that.
func (s *Service) Bootstrap(ctx context.Context, name string, password func() (Secret, error)) (created bool, err error) {
	if err := s.bootstrapKeys(ctx); err != nil {
		return false, err
	}
	row, err := s.ownerRow(ctx, UserID(name))
	if err != nil || row.Version > 0 { // a deleted one does not come back by itself
		return false, err
	}
	secret, err := password()
	if err != nil {
		return false, err
	}
	_, err = s.createUser(ctx, Standing{}, CreateUserRequest{Name: name, Password: secret, Admin: true})
	if CodeOf(err) == CodeConflict { // another process was first
		return false, nil
	}
	return err == nil, err
}

// ResetPassword sets a user's password without asking for the old one, and with restore also makes the user an
// administrator and lifts his suspension. It is for whoever holds the store, when nobody else can help.
func (s *Service) ResetPassword(ctx context.Context, name string, password Secret, restore bool) error {
	var p problems
	checkPassword(&p, "password", password)
	if err := p.err(); err != nil {
		return err
	}
	row, err := s.user(ctx, name)
	if err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	row, err = s.changeOwner(ctx, row.ID, Standing{}, func(row *Owner) error {
		row.Password = hash
		row.Epoch++
		if restore {
			row.Admin, row.Suspended = true, false
		}
		return nil
	})
	if err != nil || !restore {
		return err
	}
	return s.sweep(ctx, system, row, row.suspend)
}

// RandomPassword draws a password of 119 bits.
func RandomPassword(rand io.Reader) (Secret, error) {
	text, err := draw(base62, 20, rand)
	if err != nil {
		return Secret{}, fmt.Errorf("draw a password: %w", err)
	}
	return NewSecret(text), nil
}
