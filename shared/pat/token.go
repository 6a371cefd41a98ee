package pat

import (
	"maps"
	"net/netip"
	"slices"
	"time"
)

// Token is a token's record. It holds no secret: of the token string only the hash is kept.
// Times are UTC in whole milliseconds; a zero time means "not set".
type Token struct {
	Prefix    Prefix
	ID        ID
	Hash      Hash
	Owner     OwnerID
	CreatedBy OwnerID

	Product ProductName // whose API made it
	Wire    []byte      // what that product's dialect wants to say again as it was sent; no rule reads it, at most MaxWire
	Sealed  []byte      // the secret, encrypted, for products that show it again; empty for all others; at most MaxSealed

	Name        string
	Description string
	Scopes      []Scope        // as sent; what they imply is computed when read
	AllowedIPs  []netip.Prefix // empty: from anywhere
	NotBefore   time.Time
	ExpiresAt   time.Time // zero: never
	MaxUses     int64     // zero: any number
	// MaxCalls says how often the token can be used for a scope. A scope that is not there has no limit.
	MaxCalls map[Scope]int64

	Disabled    bool
	Suspended   bool // with its owner
	Compromised bool
	RevokedAt   time.Time

	CreatedAt time.Time
	UpdatedAt time.Time
	// Version counts the changes, from 1. Use does not count.
	Version int64
	// OwnerEpoch is the owner's epoch whose suspension or resumption was last applied here.
	OwnerEpoch int64
	// PurgeAt is the end of the record's retention; from then on it reads as unknown. It is collected later: see CollectAt.
	PurgeAt time.Time
	// DueAt is when the next notice of the token's end is due: of its expiry, then of the end of its retention; zero: none
	// any more, or never any.
	DueAt      time.Time
	LastChange Change

	Usage Usage
}

// Usage is what verification writes on a token. No other change touches it.
type Usage struct {
	LastUsedAt  time.Time
	LastUsedIPs []netip.Addr // newest first, at most five
	Uses        int64        // spent, of MaxUses
	// Calls are spent, by scope, of MaxCalls. A scope that is not there has none spent.
	Calls map[Scope]int64
}

// AddUses spends n uses and returns the new count; ErrSpent if that would be more than most.
func (u *Usage) AddUses(n, most int64) (int64, error) {
	if n > most-u.Uses {
		return 0, ErrSpent
	}
	u.Uses += n
	return u.Uses, nil
}

// AddCalls spends n calls for the scope and returns the new count; ErrSpent if that would be more than most.
func (u *Usage) AddCalls(scope Scope, n, most int64) (int64, error) {
	if n > most-u.Calls[scope] {
		return 0, ErrSpent
	}
	if u.Calls == nil {
		u.Calls = map[Scope]int64{}
	}
	u.Calls[scope] += n
	return u.Calls[scope], nil
}

// Change says who did what to a record, when, and from where.
type Change struct {
	Kind ChangeKind
	By   OwnerID
	Via  string // "session", "token:<id>", "oidc", "superuser", or "system"; in events also "table" (shared/stream)
	IP   netip.Addr
	At   time.Time
	// Notice is how long before its expiry the token is announced; only of ChangeExpiring.
	Notice time.Duration
}

// ChangeKind is the last part of the name of the event that a change becomes.
type ChangeKind string

// The kinds of change.
const (
	ChangeCreated  ChangeKind = "created"
	ChangeUpdated  ChangeKind = "updated"
	ChangeRevoked  ChangeKind = "revoked"
	ChangeExpiring ChangeKind = "expiring"
	ChangeExpired  ChangeKind = "expired"
	ChangePurged   ChangeKind = "purged" // its retention is over; the record is collected, or will be
)

// Status is the state of a token at one moment.
type Status string

// The states. Revoked and compromised are final.
const (
	StatusActive      Status = "active"
	StatusNotYetValid Status = "not_yet_valid"
	StatusDisabled    Status = "disabled"
	StatusSuspended   Status = "suspended"
	StatusExhausted   Status = "exhausted"
	StatusExpired     Status = "expired"
	StatusRevoked     Status = "revoked"
	StatusCompromised Status = "compromised"
)

// Statuses returns every status.
func Statuses() []Status {
	return []Status{StatusActive, StatusNotYetValid, StatusDisabled, StatusSuspended, StatusExhausted, StatusExpired,
		StatusRevoked, StatusCompromised}
}

// Status returns the token's state at now. Of several it is the most final one.
func (t Token) Status(now time.Time) Status {
	switch {
	case t.Compromised:
		return StatusCompromised
	case !t.RevokedAt.IsZero():
		return StatusRevoked
	case t.expired(now):
		return StatusExpired
	case t.Suspended:
		return StatusSuspended
	case t.Disabled:
		return StatusDisabled
	case now.Before(t.NotBefore):
		return StatusNotYetValid
	case t.MaxUses > 0 && t.Usage.Uses >= t.MaxUses:
		return StatusExhausted
	}
	return StatusActive
}

// Final reports whether nothing can be changed on the token any more.
func (t Token) Final() bool { return t.Compromised || !t.RevokedAt.IsZero() }

// Live reports whether the token counts against its owner's limit at now: not revoked, not expired.
func (t Token) Live(now time.Time) bool { return !t.Final() && !t.expired(now) }

// Clone returns a copy that shares nothing with t. Counts of no scope are none.
func (t Token) Clone() Token {
	t.Wire = slices.Clone(t.Wire)
	t.Sealed = slices.Clone(t.Sealed)
	t.Scopes = slices.Clone(t.Scopes)
	t.AllowedIPs = slices.Clone(t.AllowedIPs)
	t.MaxCalls = cloneCounts(t.MaxCalls)
	t.Usage.LastUsedIPs = slices.Clone(t.Usage.LastUsedIPs)
	t.Usage.Calls = cloneCounts(t.Usage.Calls)
	return t
}

func cloneCounts(counts map[Scope]int64) map[Scope]int64 {
	if len(counts) == 0 {
		return nil
	}
	return maps.Clone(counts)
}

// UsesLeft returns how often the token can still be used; ok is false when it may be used without end.
func (t Token) UsesLeft() (left int64, ok bool) {
	return max(t.MaxUses-t.Usage.Uses, 0), t.MaxUses > 0
}

// expired holds from the very instant of expiry on.
func (t Token) expired(now time.Time) bool { return !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) }

// purged reports whether the record is past its retention, collected or not.
func (t Token) purged(now time.Time) bool { return !t.PurgeAt.IsZero() && !now.Before(t.PurgeAt) }

// CollectAfter is how long after its end was told a record stays, which nobody sees any more: a clock that was far ahead can
// be set right before what it ended is lost, and whoever tells of the end can have been down when it came.
const CollectAfter = 7 * day

// CollectAt is when the record may be removed; zero: not yet, since it has no end, or one that is still to be told. One whose
// end is never told by itself, from before that was done, counts from that end.
func (t Token) CollectAt() time.Time {
	switch {
	case !t.DueAt.IsZero() || t.PurgeAt.IsZero():
		return time.Time{}
	case t.LastChange.Kind == ChangePurged:
		return t.LastChange.At.Add(CollectAfter)
	}
	return t.PurgeAt.Add(CollectAfter)
}

// allowsIP reports whether the token may be used from ip. An unknown address fits no rule.
func (t Token) allowsIP(ip netip.Addr) bool {
	return len(t.AllowedIPs) == 0 || slices.ContainsFunc(t.AllowedIPs, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// purgeAt computes the end of the record's retention: a token that can still live for ever has none.
func (t Token) purgeAt(retention time.Duration) time.Time {
	end := t.ExpiresAt
	if t.RevokedAt.After(end) {
		end = t.RevokedAt
	}
	if end.IsZero() {
		return end
	}
	if end = end.Add(retention); end.After(lastInstant) {
		return lastInstant
	}
	return end
}

// lastInstant is the last one that RFC 3339 can write.
var lastInstant = time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
