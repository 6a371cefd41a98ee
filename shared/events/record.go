package events

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"latchkey/shared/pat"
)

// Record is a token as one change left it, without what nobody may be told. A zero time means "not set".
type Record struct {
	ID        pat.ID
	Prefix    pat.Prefix
	Owner     pat.OwnerID
	CreatedBy pat.OwnerID
	Product   pat.ProductName
	Name      string
	Version   int64 // the order of one token's changes

	Disabled    bool
	Suspended   bool
	Compromised bool
	NotBefore   time.Time
	ExpiresAt   time.Time
	RevokedAt   time.Time

	// Threshold is how many days before the expiry a notice of it was due; of notices alone.
	Threshold int
	Change    pat.Change
}

// Of returns the record of a token's last change.
func Of(t pat.Token) Record {
	return Record{
		ID: t.ID, Prefix: t.Prefix, Owner: t.Owner, CreatedBy: t.CreatedBy, Product: t.Product, Name: t.Name, Version: t.Version,
		Disabled: t.Disabled, Suspended: t.Suspended, Compromised: t.Compromised,
		NotBefore: t.NotBefore, ExpiresAt: t.ExpiresAt, RevokedAt: t.RevokedAt,
		Threshold: days(t.LastChange.Notice), Change: t.LastChange,
	}
}

// days is a notice's threshold in days.
func days(notice time.Duration) int { return int(notice / (24 * time.Hour)) }

// check refuses what would be no event. Every record that a store keeps passes; a kind may be a later version's.
func (r Record) check() error {
	if _, known := typeOf(r.Change.Kind); !known {
		return errors.New("events: no event is known for changes of its kind") // which may be any text at all
	}
	switch {
	case r.ID == "" || r.Version < 1:
		return errors.New("events: the change names no token and version")
	case r.Change.At.IsZero():
		return errors.New("events: the change has no time")
	case r.Change.Kind == kindExpiring && (r.ExpiresAt.IsZero() || r.Threshold < 1):
		return errors.New("events: the notice names no expiry or no threshold")
	}
	return nil
}

// id is the same whenever the same change is told. Notices may leave the version as it is, so the kind is in it, and
// which notice. It has no dot, which would part the words that a webhook's signature covers.
func (r Record) id() string {
	id := fmt.Sprintf("%s-%d-%s", r.ID, r.Version, r.Change.Kind)
	if r.Change.Kind == kindExpiring {
		id += "-" + strconv.Itoa(r.Threshold)
	}
	return id
}

// daysLeft counts the days from the notice to the expiry; one that has begun is a day.
func (r Record) daysLeft() int {
	const day = 24 * time.Hour
	left := r.ExpiresAt.Sub(r.Change.At)
	return max(0, int((left+day-1)/day))
}
