package pat

import (
	"net/netip"
	"time"
)

// author is who makes a change, for the record, and what the change rests on.
type author struct {
	owner    OwnerID
	via      string
	ip       netip.Addr
	standing Standing
}

// system is the author of what whoever holds the store does, without any caller.
var system = author{via: "system"}

// author returns the caller as the author of a change that happens only while he still stands.
func (c Caller) author() author { return author{c.Owner, c.via, c.Source.IP, c.standing()} }

// standing is what the caller's rights rest on: the token that he came with, which a suspension or a loss of rights
// reaches before it is acknowledged, or the row of the user whose session it is.
func (c Caller) standing() Standing {
	switch {
	case c.token != nil:
		return Standing{Token: c.token.Prefix, Version: c.token.Version}
	case c.row.Version > 0:
		return Standing{Owner: c.row.ID, Epoch: c.row.Epoch}
	}
	return Standing{}
}

// decided returns the author of what follows from a change that has happened: nothing can stop it any more.
func (a author) decided() author {
	a.standing = Standing{}
	return a
}

func (a author) change(kind ChangeKind, now time.Time) Change {
	return Change{Kind: kind, By: a.owner, Via: a.via, IP: a.ip, At: now}
}

// fallen is the answer to a caller that has lost its standing since it was authenticated. A session is over
// then; a token may have changed harmlessly, so the caller is asked to try again.
func (s Standing) fallen(doing string) error {
	if s.Token != "" {
		return unavailable(doing, ErrCallerMoved)
	}
	return errUnauthenticated
}
