package hoprd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// What a token may not pass on. Clients know these words.
var (
	errCapabilities = errors.New("a capability that is not the caller's own, or more calls than all of his allow")
	errLifetime     = errors.New("a lifetime beyond the caller's own")
)

// create makes a token. What a token makes has nothing that it has not itself, to the letter; the service then judges the
// same by its own rules, as a second line.
func create(svc *pat.Service) func(context.Context, pat.Caller, creation) (pat.CreateResult, error) {
	return func(ctx context.Context, c pat.Caller, in creation) (pat.CreateResult, error) {
		ends, err := in.ends(svc.Now())
		if err != nil {
			return pat.CreateResult{}, err
		}
		if maker, ok := c.Token(); ok {
			if err := delegable(maker, in.capabilities, ends); err != nil {
				return pat.CreateResult{}, err
			}
		}
		req := pat.CreateRequest{Description: in.description, Expiry: pat.Expiry{At: ends}}
		req.Scopes, req.MaxCalls = scopes(in.capabilities)
		if req.Wire, err = json.Marshal(in.capabilities); err != nil {
			return pat.CreateResult{}, fmt.Errorf("encode what is kept of a request: %w", err)
		}
		var f fields
		f.unless(len(req.Wire) <= pat.MaxWire, "capabilities", "more than a token can keep")
		if err := f.Err(); err != nil {
			return pat.CreateResult{}, err
		}
		return svc.Create(ctx, c, req)
	}
}

// ends is when the token ends, the zero time if it does not.
func (in creation) ends(now time.Time) (time.Time, error) {
	if in.lifetime == 0 {
		return time.Time{}, nil
	}
	ends := now.Add(in.lifetime)
	var f fields
	f.unless(ends.Unix() <= lastSecond, "lifetime", "ends beyond the year 2037")
	return ends, f.Err()
}

// delegable refuses what the maker cannot pass on: a capability that is not one of its own, more calls of an operation than
// all of its own allow, and a life that is longer than its own.
func delegable(maker pat.Token, wanted []capability, ends time.Time) error {
	own, err := capabilitiesOf(maker)
	if err != nil {
		return err
	}
	for _, c := range wanted {
		if !slices.ContainsFunc(own, c.equal) {
			return undelegable(errCapabilities)
		}
	}
	if exceed(wanted, own) {
		return undelegable(errCapabilities)
	}
	if end := maker.ExpiresAt; !end.IsZero() && (ends.IsZero() || ends.After(end)) {
		return undelegable(errLifetime)
	}
	return nil
}

func undelegable(why error) error {
	return &pat.Error{Code: pat.CodeInvalid, Message: dialect.NotAcceptable, Err: why}
}
