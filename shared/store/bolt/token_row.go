package bolt

import (
	"net/netip"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// tokenRow is a pat.Token on the disk.
type tokenRow struct {
	Format      int             `json:"v"`
	Prefix      pat.Prefix      `json:"prefix"`
	ID          pat.ID          `json:"id"`
	Hash        pat.Hash        `json:"hash"`
	Owner       pat.OwnerID     `json:"owner"`
	CreatedBy   pat.OwnerID     `json:"createdBy"`
	Product     pat.ProductName `json:"product,omitzero"`
	Wire        []byte          `json:"wire,omitempty"`
	Sealed      []byte          `json:"sealed,omitempty"`
	Name        string          `json:"name,omitzero"`
	Description string          `json:"description,omitzero"`
	Scopes      []pat.Scope     `json:"scopes,omitempty"`
	AllowedIPs  []netip.Prefix  `json:"allowedIps,omitempty"`
	NotBefore   time.Time       `json:"notBefore,omitzero"`
	ExpiresAt   time.Time       `json:"expiresAt,omitzero"`
	MaxUses     int64           `json:"maxUses,omitzero"`
	MaxCalls    counts          `json:"maxCalls,omitempty"`
	Disabled    bool            `json:"disabled,omitzero"`
	Suspended   bool            `json:"suspended,omitzero"`
	Compromised bool            `json:"compromised,omitzero"`
	RevokedAt   time.Time       `json:"revokedAt,omitzero"`
	CreatedAt   time.Time       `json:"createdAt"`
	UpdatedAt   time.Time       `json:"updatedAt,omitzero"`
	Version     int64           `json:"version"`
	OwnerEpoch  int64           `json:"ownerEpoch,omitzero"`
	PurgeAt     time.Time       `json:"purgeAt,omitzero"`
	DueAt       time.Time       `json:"dueAt,omitzero"`
	LastChange  changeRow       `json:"lastChange"`
	LastUsedAt  time.Time       `json:"lastUsedAt,omitzero"`
	LastUsedIPs []netip.Addr    `json:"lastUsedIps,omitempty"`
	Uses        int64           `json:"uses,omitzero"`
	Calls       counts          `json:"calls,omitempty"`
}

type counts = map[pat.Scope]int64

type changeRow struct {
	Kind pat.ChangeKind `json:"kind"`
	By   pat.OwnerID    `json:"by,omitzero"`
	Via  string         `json:"via,omitzero"`
	IP   netip.Addr     `json:"ip,omitzero"`
	At   time.Time      `json:"at,omitzero"`
	// Notice is in milliseconds.
	Notice int64 `json:"noticeMs,omitzero"`
}

func newChangeRow(c pat.Change) changeRow {
	return changeRow{Kind: c.Kind, By: c.By, Via: c.Via, IP: c.IP, At: c.At.UTC(), Notice: c.Notice.Milliseconds()}
}

func (r changeRow) change() pat.Change {
	return pat.Change{Kind: r.Kind, By: r.By, Via: r.Via, IP: r.IP, At: r.At, Notice: time.Duration(r.Notice) * time.Millisecond}
}

// encodeToken refuses a token that decodeToken would refuse.
func encodeToken(t pat.Token) ([]byte, error) {
	row := tokenRow{
		Format: rowFormat, Prefix: t.Prefix, ID: t.ID, Hash: t.Hash, Owner: t.Owner, CreatedBy: t.CreatedBy,
		Product: t.Product, Wire: t.Wire, Sealed: t.Sealed,
		Name: t.Name, Description: t.Description, Scopes: t.Scopes, AllowedIPs: t.AllowedIPs,
		NotBefore: t.NotBefore.UTC(), ExpiresAt: t.ExpiresAt.UTC(), MaxUses: t.MaxUses, MaxCalls: t.MaxCalls,
		Disabled: t.Disabled, Suspended: t.Suspended, Compromised: t.Compromised, RevokedAt: t.RevokedAt.UTC(),
		CreatedAt: t.CreatedAt.UTC(), UpdatedAt: t.UpdatedAt.UTC(), Version: t.Version, OwnerEpoch: t.OwnerEpoch,
		PurgeAt: t.PurgeAt.UTC(), DueAt: t.DueAt.UTC(), LastChange: newChangeRow(t.LastChange),
		LastUsedAt: t.Usage.LastUsedAt.UTC(), LastUsedIPs: t.Usage.LastUsedIPs, Uses: t.Usage.Uses, Calls: t.Usage.Calls,
	}
	if err := row.check(t.Prefix); err != nil {
		return nil, err
	}
	return encode(row)
}

// decodeToken reads the row that lies at the prefix.
func decodeToken(raw []byte, p pat.Prefix) (pat.Token, error) {
	var r tokenRow
	if err := decode(raw, &r); err != nil {
		return pat.Token{}, err
	}
	if err := r.check(p); err != nil {
		return pat.Token{}, err
	}
	return pat.Token{
		Prefix: r.Prefix, ID: r.ID, Hash: r.Hash, Owner: r.Owner, CreatedBy: r.CreatedBy,
		Product: r.Product, Wire: r.Wire, Sealed: r.Sealed,
		Name: r.Name, Description: r.Description, Scopes: r.Scopes, AllowedIPs: r.AllowedIPs,
		NotBefore: r.NotBefore, ExpiresAt: r.ExpiresAt, MaxUses: r.MaxUses, MaxCalls: r.MaxCalls,
		Disabled: r.Disabled, Suspended: r.Suspended, Compromised: r.Compromised, RevokedAt: r.RevokedAt,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version, OwnerEpoch: r.OwnerEpoch,
		PurgeAt: r.PurgeAt, DueAt: r.DueAt, LastChange: r.LastChange.change(),
		Usage: pat.Usage{LastUsedAt: r.LastUsedAt, LastUsedIPs: r.LastUsedIPs, Uses: r.Uses, Calls: r.Calls},
	}, nil
}

func (r *tokenRow) check(p pat.Prefix) error {
	var w wrong
	w.unless(r.Format == rowFormat, "the format is another version's")
	_, ok := pat.ParsePrefix(string(r.Prefix))
	w.unless(ok && r.Prefix == p, "the prefix is not the record's own")
	_, ok = pat.ParseID(string(r.ID))
	w.unless(ok && r.ID.Prefix() == p, "the id is not the record's own")
	w.unless(r.Hash != pat.Hash{}, "there is no hash")
	w.unless(r.Owner != "" && r.CreatedBy != "", "there is no owner or no maker")
	w.unless(!r.CreatedAt.IsZero() && r.Version > 0, "there is no version or no time of creation")
	w.unless(r.LastChange.Kind != "", "there is no last change")
	w.unless(r.MaxUses >= 0 && r.Uses >= 0, "a count is negative")
	for scope, most := range r.MaxCalls {
		w.unless(scope != "" && most > 0, "a limit of calls has no scope or no number")
	}
	for scope, calls := range r.Calls {
		w.unless(calls > 0 && r.MaxCalls[scope] > 0, "a count of calls is none or has no limit")
	}
	for _, rule := range r.AllowedIPs {
		w.unless(rule.IsValid(), "an IP rule is empty")
	}
	for _, ip := range r.LastUsedIPs {
		w.unless(ip.IsValid(), "an IP address is empty")
	}
	return w.err
}

func getToken(tx *bbolt.Tx, p pat.Prefix) (pat.Token, error) {
	raw := get(tx, bucketTokens, string(p))
	if raw == nil {
		return pat.Token{}, pat.ErrNotFound
	}
	return decodeToken(raw, p)
}
