package native

import (
	"net/netip"
	"strconv"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

type createRequest struct {
	Name          string                   `json:"name"`
	Description   string                   `json:"description"`
	Scopes        []string                 `json:"scopes"`
	ExpiresAt     dialect.Optional[string] `json:"expiresAt"` // null asks for a token that never expires
	ExpiresInDays *int64                   `json:"expiresInDays"`
	ExpiresIn     *int64                   `json:"expiresIn"` // seconds
	NotBefore     *string                  `json:"notBefore"`
	GroupID       *string                  `json:"groupId"`
	AllowedIPs    []string                 `json:"allowedIps"`
	MaxUses       *int64                   `json:"maxUses"`
}

func decodeCreate(r *dialect.Request) (pat.CreateRequest, error) {
	var in createRequest
	body, err := decodeJSON(r, &in, []string{"/expiresAt"})
	if err != nil {
		return pat.CreateRequest{}, err
	}
	var f fields
	req := pat.CreateRequest{
		Name:        in.Name,
		Description: in.Description,
		Scopes:      scopes(in.Scopes),
		Expiry:      f.expiry(in),
		AllowedIPs:  f.networks("allowedIps", in.AllowedIPs),
	}
	if in.NotBefore != nil {
		req.NotBefore = f.instant("notBefore", *in.NotBefore)
	}
	if in.GroupID != nil {
		if req.Group = *in.GroupID; req.Group == "" {
			f.Add("groupId", "a group's id, or no member of this name")
		}
	}
	if in.MaxUses != nil {
		if req.MaxUses = *in.MaxUses; req.MaxUses < 1 {
			f.Add("maxUses", "1 or more")
		}
	}
	if req.Replay, err = replay(r, body); err != nil {
		return pat.CreateRequest{}, err
	}
	return req, f.Err()
}

// maxAhead bounds the relative lifetimes, so that no arithmetic overflows; the policy's bound is lower.
const maxAhead = 100 * 366 * 24 * time.Hour

// expiry takes the one of three members that says when the token ends.
func (f *fields) expiry(in createRequest) pat.Expiry {
	var e pat.Expiry
	given := 0
	if in.ExpiresAt.Set {
		given++
		if e.Never = in.ExpiresAt.Null; !e.Never {
			e.At = f.instant("expiresAt", in.ExpiresAt.Value)
		}
	}
	relative := func(name string, n *int64, unit time.Duration) {
		if n == nil {
			return
		}
		given++
		if *n < 1 || *n > int64(maxAhead/unit) {
			f.Add(name, "a whole number from 1 to "+strconv.FormatInt(int64(maxAhead/unit), 10))
			return
		}
		e.After = time.Duration(*n) * unit
	}
	relative("expiresInDays", in.ExpiresInDays, 24*time.Hour)
	relative("expiresIn", in.ExpiresIn, time.Second)
	if given > 1 {
		f.Add("expiresAt", "only one of expiresAt, expiresInDays and expiresIn")
	}
	return e
}

func decodeList(r *dialect.Request) (pat.ListRequest, error) {
	q, err := query(r, "limit", "cursor", "groupId", "owner", "status", "prefix")
	if err != nil {
		return pat.ListRequest{}, err
	}
	var f fields
	req := pat.ListRequest{
		Group:  q.Get("groupId"),
		Owner:  pat.OwnerID(q.Get("owner")),
		Status: pat.Status(q.Get("status")),
		Prefix: q.Get("prefix"),
		Limit:  f.limit(q.Get("limit")),
	}
	if place := f.cursor(tokenCursor, q.Get("cursor")); place != "" {
		prefix, ok := pat.ParsePrefix(place)
		if !ok {
			f.Add("?cursor", "not a cursor of this listing")
		}
		req.Cursor = prefix
	}
	return req, f.Err()
}

// decodeID takes the id as it stands: what is no id is unknown, not invalid.
func decodeID(r *dialect.Request) (pat.ID, error) { return pat.ID(r.PathValue("id")), noQuery(r) }

func decodeNothing(r *dialect.Request) (dialect.Nothing, error) { return dialect.Nothing{}, noQuery(r) }

type patchRequest struct {
	Name        dialect.Optional[string]   `json:"name"`
	Description dialect.Optional[string]   `json:"description"`
	Scopes      dialect.Optional[[]string] `json:"scopes"`
	ExpiresAt   dialect.Optional[string]   `json:"expiresAt"`
	Enabled     dialect.Optional[bool]     `json:"enabled"`
	AllowedIPs  dialect.Optional[[]string] `json:"allowedIps"`
}

// decodePatch reads a merge patch (RFC 7396): null takes away what can be without.
func decodePatch(r *dialect.Request) (pat.PatchRequest, error) {
	var in patchRequest
	nullable := []string{"/description", "/expiresAt", "/allowedIps"}
	if _, err := decodeJSON(r, &in, nullable, "application/merge-patch+json"); err != nil {
		return pat.PatchRequest{}, err
	}
	match, err := ifMatch(r)
	if err != nil {
		return pat.PatchRequest{}, err
	}
	var f fields
	req := pat.PatchRequest{ID: pat.ID(r.PathValue("id")), IfMatch: match, Name: in.Name.Get(), Description: in.Description.Get(), Enabled: in.Enabled.Get()}
	if in.Scopes.Set {
		list := scopes(in.Scopes.Value)
		req.Scopes = &list
	}
	if in.ExpiresAt.Set {
		req.Expiry = &pat.Expiry{Never: in.ExpiresAt.Null}
		if !in.ExpiresAt.Null {
			req.Expiry.At = f.instant("expiresAt", in.ExpiresAt.Value)
		}
	}
	if in.AllowedIPs.Set {
		rules := f.networks("allowedIps", in.AllowedIPs.Value)
		req.AllowedIPs = &rules
	}
	return req, f.Err()
}

func decodeDelete(r *dialect.Request) (pat.DeleteRequest, error) {
	if err := noQuery(r); err != nil {
		return pat.DeleteRequest{}, err
	}
	match, err := ifMatch(r)
	return pat.DeleteRequest{ID: pat.ID(r.PathValue("id")), IfMatch: match}, err
}

type verifyRequest struct {
	Token  string   `json:"token"`
	Scopes []string `json:"scopes"`
	IP     *string  `json:"ip"`
	Cost   *int64   `json:"cost"`
}

func decodeVerify(r *dialect.Request) (pat.VerifyRequest, error) {
	var in verifyRequest
	if _, err := decodeJSON(r, &in, nil); err != nil {
		return pat.VerifyRequest{}, err
	}
	var f fields
	req := pat.VerifyRequest{Token: pat.NewSecret(in.Token), Scopes: scopes(in.Scopes), Cost: 1}
	if in.Token == "" {
		f.Add("token", "the token to verify")
	}
	if in.IP != nil {
		ip, err := netip.ParseAddr(*in.IP)
		if err != nil || ip.Zone() != "" {
			f.Add("ip", "an address, such as 192.0.2.7")
		}
		req.IP = ip.Unmap()
	}
	if in.Cost != nil {
		req.Cost = *in.Cost
	}
	return req, f.Err()
}
