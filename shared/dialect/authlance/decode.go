package authlance

import (
	"fmt"
	"net/url"

	"github.com/go-json-experiment/json"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// decodeJSON reads a body into v. A member that is not known would be a wish that is not met, so it is refused.
func decodeJSON(r *dialect.Request, v any) error {
	body, err := r.JSONBody("application/json")
	if err != nil {
		return err
	}
	return dialect.StrictJSON(body, v)
}

func decodeList(r *dialect.Request) (pat.WholeRequest, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return pat.WholeRequest{}, dialect.Unreadable("the query cannot be read")
	}
	var f fields
	if len(q["groupId"]) > 1 {
		f.Add("groupId", "once")
		return pat.WholeRequest{}, f.Err()
	}
	return pat.WholeRequest{Group: f.groupText(q.Get("groupId"))}, f.Err()
}

func decodeCreate(r *dialect.Request) (pat.CreateRequest, error) {
	var in struct {
		Name          dialect.Optional[string] `json:"name"`
		GroupID       dialect.Optional[uint64] `json:"groupId"`
		ExpiresInDays dialect.Optional[uint64] `json:"expiresInDays"`
		Scopes        []string                 `json:"scopes"`
	}
	if err := decodeJSON(r, &in); err != nil {
		return pat.CreateRequest{}, err
	}
	if len(in.Scopes) == 0 {
		in.Scopes = []string{publicScope}
	}
	var f fields
	req := pat.CreateRequest{Name: in.Name.Value, Group: f.group(in.GroupID.Value, in.GroupID.Set), Scopes: f.scopes(in.Scopes)}
	if in.Name.Value == "" {
		f.Add("name", "needed")
	}
	if in.ExpiresInDays.Set {
		req.Expiry.After = f.lifetime(in.ExpiresInDays.Value)
	}
	if err := f.Err(); err != nil || len(req.Scopes) == len(in.Scopes) {
		return req, err
	}
	var err error
	if req.Wire, err = json.Marshal(wire{in.Scopes}); err != nil {
		return pat.CreateRequest{}, fmt.Errorf("encode what is kept of a request: %w", err)
	}
	return req, nil
}

// decodeDelete takes the id as it stands: what is no id is unknown, not invalid.
func decodeDelete(r *dialect.Request) (pat.DeleteRequest, error) {
	return pat.DeleteRequest{ID: pat.ID(r.PathValue("tokenId"))}, nil
}
