package dockerhub

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// createRequest is the body; is_active, which some clients send, means nothing here.
type createRequest struct {
	Label     dialect.Optional[string]   `json:"token_label"`
	Scopes    dialect.Optional[[]string] `json:"scopes"`
	ExpiresAt dialect.Optional[string]   `json:"expires_at"`
}

func decodeCreate(r *dialect.Request) (pat.CreateRequest, error) {
	var in createRequest
	if err := decodeJSON(r, &in); err != nil {
		return pat.CreateRequest{}, err
	}
	var f fields
	f.needed("token_label", in.Label)
	f.notNull("scopes", !in.Scopes.Set || in.Scopes.Null)
	return in.request(r, &f)
}

// decodeLegacyCreate reads what is asked on the old path, where a token may have neither label nor scopes. One without
// scopes may do all that a repository has.
func decodeLegacyCreate(r *dialect.Request) (pat.CreateRequest, error) {
	var in createRequest
	if err := decodeJSON(r, &in); err != nil {
		return pat.CreateRequest{}, err
	}
	var f fields
	f.notNull("token_label", in.Label.Null)
	f.notNull("scopes", in.Scopes.Null)
	return in.request(r, &f)
}

// request makes the service's request of a body.
func (in createRequest) request(r *dialect.Request, f *fields) (pat.CreateRequest, error) {
	kept := wire{CreatorUA: agent(r), Unscoped: !in.Scopes.Set}
	if r.Source.IP.IsValid() {
		kept.CreatorIP = r.Source.IP.String()
	}
	req := pat.CreateRequest{Name: in.Label.Value, Scopes: f.scopes(in.Scopes.Value)}
	if kept.Unscoped {
		req.Scopes = allScopes
	}
	if in.ExpiresAt.Set && !in.ExpiresAt.Null {
		kept.ExpiresAt, req.Expiry.At = in.ExpiresAt.Value, f.instant("expires_at", in.ExpiresAt.Value)
	}
	if err := f.Err(); err != nil {
		return pat.CreateRequest{}, err
	}
	var err error
	if req.Wire, err = json.Marshal(kept); err != nil {
		return pat.CreateRequest{}, fmt.Errorf("encode what is kept of a request: %w", err)
	}
	return req, nil
}
