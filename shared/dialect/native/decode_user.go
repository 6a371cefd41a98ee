package native

import (
	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

type loginRequest struct {
	Username string    `json:"username"`
	Password string    `json:"password"`
	Scopes   *[]string `json:"scopes"`
}

func decodeLogin(r *dialect.Request) (pat.LoginRequest, error) {
	var in loginRequest
	if _, err := decodeJSON(r, &in, nil); err != nil {
		return pat.LoginRequest{}, err
	}
	var f fields
	if in.Username == "" {
		f.Add("username", "needed")
	}
	if in.Password == "" {
		f.Add("password", "needed")
	}
	req := pat.LoginRequest{Username: in.Username, Password: pat.NewSecret(in.Password), Source: r.Source}
	if in.Scopes != nil {
		if req.Scopes = scopes(*in.Scopes); len(req.Scopes) == 0 {
			f.Add("scopes", "at least one scope, or no member of this name")
		}
	}
	return req, f.Err()
}

type membership struct {
	ID   string `json:"id"`
	Role string `json:"role"`
}

type createUserRequest struct {
	Username string       `json:"username"`
	Password string       `json:"password"`
	Admin    bool         `json:"admin"`
	Groups   []membership `json:"groups"`
}

func decodeCreateUser(r *dialect.Request) (pat.CreateUserRequest, error) {
	var in createUserRequest
	if _, err := decodeJSON(r, &in, nil); err != nil {
		return pat.CreateUserRequest{}, err
	}
	return pat.CreateUserRequest{Name: in.Username, Password: pat.NewSecret(in.Password), Admin: in.Admin, Groups: memberships(in.Groups)}, nil
}

func memberships(in []membership) []pat.Membership {
	var out []pat.Membership
	for _, m := range in {
		out = append(out, pat.Membership{Group: m.ID, Role: pat.Role(m.Role)})
	}
	return out
}

func decodeListUsers(r *dialect.Request) (pat.ListUsersRequest, error) {
	q, err := query(r, "limit", "cursor")
	if err != nil {
		return pat.ListUsersRequest{}, err
	}
	var f fields
	req := pat.ListUsersRequest{Limit: f.limit(q.Get("limit")), After: f.cursor(userCursor, q.Get("cursor"))}
	return req, f.Err()
}

func decodeUserName(r *dialect.Request) (string, error) { return r.PathValue("name"), noQuery(r) }

type patchUserRequest struct {
	Password        *string                        `json:"password"`
	CurrentPassword *string                        `json:"currentPassword"`
	Admin           *bool                          `json:"admin"`
	Groups          dialect.Optional[[]membership] `json:"groups"`
	Suspended       *bool                          `json:"suspended"`
}

func decodePatchUser(r *dialect.Request) (pat.PatchUserRequest, error) {
	var in patchUserRequest
	if _, err := decodeJSON(r, &in, nil, "application/merge-patch+json"); err != nil {
		return pat.PatchUserRequest{}, err
	}
	req := pat.PatchUserRequest{Name: r.PathValue("name"), Password: secret(in.Password), CurrentPassword: secret(in.CurrentPassword),
		Admin: in.Admin, Suspended: in.Suspended}
	if in.Groups.Set {
		groups := memberships(in.Groups.Value)
		req.Groups = &groups
	}
	return req, nil
}

func secret(text *string) *pat.Secret {
	if text == nil {
		return nil
	}
	s := pat.NewSecret(*text)
	return &s
}
