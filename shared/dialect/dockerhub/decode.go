package dockerhub

import (
	"unicode/utf8"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// decodeJSON reads a body into v, whose members are all optional. Clients do not say charset or compress.
func decodeJSON(r *dialect.Request, v any) error {
	body, err := r.JSONBody("application/json")
	if err != nil {
		return err
	}
	return dialect.LenientJSON(body, v)
}

// needed returns a text that must be there.
func (f *fields) needed(name string, in dialect.Optional[string]) string {
	if in.Value == "" {
		f.Add(name, "needed")
	}
	return in.Value
}

func decodeLogin(r *dialect.Request) (loginRequest, error) {
	var in struct {
		Username dialect.Optional[string] `json:"username"`
		Password dialect.Optional[string] `json:"password"`
	}
	if err := decodeJSON(r, &in); err != nil {
		return loginRequest{}, err
	}
	q, err := query(r)
	if err != nil {
		return loginRequest{}, err
	}
	var f fields
	req := pat.LoginRequest{Product: product, Username: f.needed("username", in.Username),
		Password: pat.NewSecret(f.needed("password", in.Password)), Source: r.Source}
	return loginRequest{req, q.Get("refresh_token") == "true"}, f.Err()
}

func decodeAuthToken(r *dialect.Request) (loginRequest, error) {
	var in struct {
		Identifier dialect.Optional[string] `json:"identifier"`
		Secret     dialect.Optional[string] `json:"secret"`
	}
	if err := decodeJSON(r, &in); err != nil {
		return loginRequest{}, err
	}
	var f fields
	req := pat.LoginRequest{Product: product, Username: f.needed("identifier", in.Identifier),
		Password: pat.NewSecret(f.needed("secret", in.Secret)), AtMost: shortSession, Source: r.Source}
	return loginRequest{req, false}, f.Err()
}

func decodeSecondFactor(r *dialect.Request) (dialect.Nothing, error) {
	var in struct {
		Token dialect.Optional[string] `json:"login_2fa_token"`
		Code  dialect.Optional[string] `json:"code"`
	}
	if err := decodeJSON(r, &in); err != nil {
		return dialect.Nothing{}, err
	}
	var f fields
	f.needed("login_2fa_token", in.Token)
	f.needed("code", in.Code)
	return dialect.Nothing{}, f.Err()
}

// decodeID takes the id as it stands: what is no id is unknown, not invalid.
func decodeID(r *dialect.Request) (pat.ID, error) { return pat.ID(r.PathValue("uuid")), nil }

func decodeDelete(r *dialect.Request) (pat.DeleteRequest, error) {
	return pat.DeleteRequest{ID: pat.ID(r.PathValue("uuid"))}, nil
}

func decodePatch(r *dialect.Request) (pat.PatchRequest, error) {
	var in struct {
		Label  dialect.Optional[string] `json:"token_label"`
		Active dialect.Optional[bool]   `json:"is_active"`
	}
	if err := decodeJSON(r, &in); err != nil {
		return pat.PatchRequest{}, err
	}
	var f fields
	f.notNull("token_label", in.Label.Null)
	f.notNull("is_active", in.Active.Null)
	return pat.PatchRequest{ID: pat.ID(r.PathValue("uuid")), Name: in.Label.Get(), Enabled: in.Active.Get()}, f.Err()
}

// maxAgent bounds what is kept of a User-Agent, in bytes.
const maxAgent = 256

// agent returns the User-Agent as far as it is text and short enough.
func agent(r *dialect.Request) string {
	text := r.UserAgent()
	if len(text) > maxAgent {
		text = text[:maxAgent]
		for !utf8.ValidString(text) && len(text) > maxAgent-utf8.UTFMax {
			text = text[:len(text)-1]
		}
	}
	if !utf8.ValidString(text) {
		return ""
	}
	return text
}
