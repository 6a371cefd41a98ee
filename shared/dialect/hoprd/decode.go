package hoprd

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// createRequest is the body. Members of it that are not known mean nothing; within a capability they are refused, since
// there they would say what its holder believes in and nobody holds to.
type createRequest struct {
	Capabilities dialect.Optional[[]capabilityBody] `json:"capabilities"`
	Lifetime     dialect.Optional[int64]            `json:"lifetime"`
	Description  dialect.Optional[string]           `json:"description"`
}

type capabilityBody struct {
	Endpoint dialect.Optional[string]      `json:"endpoint"`
	Limits   dialect.Optional[[]limitBody] `json:"limits"`
	Others   jsontext.Value                `json:",embed"`
}

type limitBody struct {
	Type       dialect.Optional[string]         `json:"type"`
	Conditions dialect.Optional[conditionsBody] `json:"conditions"`
	Used       dialect.Optional[int64]          `json:"used"` // of a capability passed on as it was shown; it starts anew
	Others     jsontext.Value                   `json:",embed"`
}

type conditionsBody struct {
	Max    dialect.Optional[int64] `json:"max"`
	Others jsontext.Value          `json:",embed"`
}

// creation is what is asked for.
type creation struct {
	capabilities []capability
	lifetime     time.Duration // 0: without an end
	description  string
}

func decodeCreate(r *dialect.Request) (creation, error) {
	body, err := r.JSONBody("application/json")
	if err != nil {
		return creation{}, err
	}
	var in createRequest
	if err := dialect.LenientJSON(body, &in); err != nil {
		return creation{}, err
	}
	var f fields
	out := creation{capabilities: f.capabilities(in.Capabilities.Value), lifetime: f.lifetime(in.Lifetime), description: in.Description.Value}
	f.unless(!in.Description.Null, "description", "a text")
	return out, f.Err()
}

// decodeSelf hands on what the caller showed, since of the token alone nobody can tell its string.
func decodeSelf(r *dialect.Request) ([]pat.Secret, error) { return r.Credential.Keys, nil }

// decodeDelete takes the token out of the path, which is decoded already.
func decodeDelete(r *dialect.Request) (pat.Secret, error) {
	return pat.NewSecret(r.PathValue("id")), nil
}
