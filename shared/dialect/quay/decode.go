package quay

import (
	"net/url"
	"slices"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// decodeCreate reads a body as JSON whatever it says to be: generated clients say that it is anything. A client chooses
// the title alone.
func decodeCreate(r *dialect.Request) (pat.CreateRequest, error) {
	body, err := r.ReadBody()
	if err != nil {
		return pat.CreateRequest{}, err
	}
	var in struct {
		Title dialect.Optional[string] `json:"title"`
	}
	if err := dialect.LenientJSON(body, &in); err != nil {
		return pat.CreateRequest{}, err
	}
	var f dialect.Fields
	if !in.Title.Set || in.Title.Null {
		f.Add("title", "a text is needed")
	}
	return pat.CreateRequest{Name: in.Title.Value, Scopes: []pat.Scope{scopeApp}}, f.Err()
}

// decodeID takes the id as it stands: what is no id is unknown, not invalid.
func decodeID(r *dialect.Request) (pat.ID, error) { return pat.ID(r.PathValue("token_uuid")), nil }

func decodeDelete(r *dialect.Request) (pat.DeleteRequest, error) {
	return pat.DeleteRequest{ID: pat.ID(r.PathValue("token_uuid"))}, nil
}

// falsehoods are the texts that Quay takes for no; any other is a yes.
var falsehoods = []string{"false", "False", "FALSE", "0", "null", ""}

func decodeList(r *dialect.Request) (listRequest, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return listRequest{}, dialect.Unreadable("the query cannot be read")
	}
	if !query.Has("expiring") {
		return listRequest{}, nil
	}
	expiring := !slices.Contains(falsehoods, query.Get("expiring"))
	return listRequest{&expiring}, nil
}
