package events

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// Event is a CloudEvent 1.0 in its JSON format.
type Event struct {
	SpecVersion     string    `json:"specversion"`
	ID              string    `json:"id"`
	Source          string    `json:"source"`
	Type            string    `json:"type"`
	Subject         pat.ID    `json:"subject"`
	Time            time.Time `json:"time"`
	DataContentType string    `json:"datacontenttype"`
	// Sequence is the order of one subject's events (CloudEvents, "Sequence"): the token's version, padded so that
	// the order of the letters is that of the numbers.
	Sequence string `json:"sequence"`
	Data     Data   `json:"data"`
}

// Data is the token as the change left it, and the change. What is not set is not there.
type Data struct {
	ID        pat.ID          `json:"id"`
	Prefix    pat.Prefix      `json:"prefix"`
	Name      string          `json:"name"`
	Owner     pat.OwnerID     `json:"owner"`
	GroupID   string          `json:"groupId,omitzero"`
	CreatedBy pat.OwnerID     `json:"createdBy"`
	Product   pat.ProductName `json:"product,omitzero"`
	Version   int64           `json:"version"`

	Disabled    bool      `json:"disabled"`
	Suspended   bool      `json:"suspended"`
	Revoked     bool      `json:"revoked"`
	Compromised bool      `json:"compromised"`
	NotBefore   time.Time `json:"notBefore,omitzero"`
	ExpiresAt   time.Time `json:"expiresAt,omitzero"`
	RevokedAt   time.Time `json:"revokedAt,omitzero"`

	Change Change `json:"change"`

	DaysLeft  *int `json:"daysLeft,omitzero"`  // of notices alone
	Threshold int  `json:"threshold,omitzero"` // of notices alone
}

// Change says who made the change, by what right and from where.
type Change struct {
	By  pat.OwnerID `json:"by,omitzero"`
	Via string      `json:"via,omitzero"`
	IP  netip.Addr  `json:"ip,omitzero"`
}

// New makes the event of a change. The source is the service's own name for itself, an URI; with the id it tells the
// event from all others. There is an error only for a change that no event can be made of.
func New(source string, r Record) (Event, error) {
	if err := r.check(); err != nil {
		return Event{}, err
	}
	name, _ := typeOf(r.Change.Kind)
	e := Event{
		SpecVersion: "1.0", ID: r.id(), Source: source, Type: name, Subject: r.ID, Time: r.Change.At.UTC(),
		DataContentType: "application/json", Sequence: fmt.Sprintf("%019d", r.Version),
		Data: Data{
			ID: r.ID, Prefix: r.Prefix, Name: r.Name, Owner: r.Owner, GroupID: r.Owner.Group(), CreatedBy: r.CreatedBy,
			Product: r.Product, Version: r.Version,
			Disabled: r.Disabled, Suspended: r.Suspended, Revoked: !r.RevokedAt.IsZero(), Compromised: r.Compromised,
			NotBefore: r.NotBefore.UTC(), ExpiresAt: r.ExpiresAt.UTC(), RevokedAt: r.RevokedAt.UTC(),
			Change: Change{By: r.Change.By, Via: r.Change.Via, IP: r.Change.IP.Unmap().WithZone("")},
		},
	}
	if r.Change.Kind == kindExpiring {
		left := r.daysLeft()
		e.Data.DaysLeft, e.Data.Threshold = &left, r.Threshold
	}
	return e, nil
}

// JSON writes the event in CloudEvents' JSON format, the same bytes each time.
func (e Event) JSON() ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("events: encode %s: %w", e.ID, err)
	}
	return text, nil
}
