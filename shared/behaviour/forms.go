package behaviour

import "strings"

// form is a body that the API takes, and where.
type form struct {
	name         string
	method, path string
	as           string
	fields       []field
}

// field is a member of a form. Good is a value that would do, "" if it can be left out.
type field struct {
	name string
	kind kind
	good string
}

// kind is what kind of JSON value a member has.
type kind string

const (
	aText  kind = "text"
	texts  kind = "list of texts"
	aWhole kind = "whole number"
	aTruth kind = "truth"
	groups kind = "list of memberships"
)

// forms are all the bodies.
func (g *ground) forms() []form {
	return []form{
		{"log in", "POST", "/v1/sessions", "", []field{
			{"username", aText, `"nobody-of-that-name"`}, {"password", aText, `"not the password"`}, {"scopes", texts, ""}}},
		{"create", "POST", tokensPath, g.owner, []field{
			{"name", aText, `"x"`}, {"description", aText, ""}, {"scopes", texts, `["repo:read"]`}, {"expiresAt", aText, ""},
			{"expiresInDays", aWhole, ""}, {"expiresIn", aWhole, ""}, {"notBefore", aText, ""}, {"groupId", aText, ""},
			{"allowedIps", texts, ""}, {"maxUses", aWhole, ""}}},
		{"patch", "PATCH", tokensPath + "/" + g.id, g.owner, []field{
			{"name", aText, ""}, {"description", aText, ""}, {"scopes", texts, ""}, {"expiresAt", aText, ""},
			{"enabled", aTruth, ""}, {"allowedIps", texts, ""}}},
		{"verify", "POST", "/v1/tokens/verify", "", []field{
			{"token", aText, `"pat_not-a-token-of-ours"`}, {"scopes", texts, ""}, {"ip", aText, ""}, {"cost", aWhole, ""}}},
		{"create user", "POST", "/v1/users", g.admin, []field{
			{"username", aText, `"made-by-mistake"`}, {"password", aText, `"made by mistake"`}, {"admin", aTruth, ""}, {"groups",
				groups, ""}}},
		{"patch user", "PATCH", "/v1/users/" + g.ownerName, g.admin, []field{
			{"password", aText, ""}, {"currentPassword", aText, ""}, {"admin", aTruth, ""}, {"groups", groups, ""}, {"suspended",
				aTruth, ""}}},
	}
}

func (g *ground) form(name string) form {
	for _, f := range g.forms() {
		if f.name == name {
			return f
		}
	}
	panic("no form " + name)
}

// with writes the form with one member set to a value, and else only what it cannot be without.
func (f form) with(name, value string) string {
	var members []string
	for _, m := range f.fields {
		if m.good != "" && m.name != name {
			members = append(members, `"`+m.name+`":`+m.good)
		}
	}
	return "{" + strings.Join(append(members, `"`+name+`":`+value), ",") + "}"
}

// inner writes the form's needed members without the braces, each with a comma after it.
func (f form) inner() string {
	text := ""
	for _, m := range f.fields {
		if m.good != "" {
			text += `"` + m.name + `":` + m.good + ","
		}
	}
	return text
}

// bad makes a case of a whole body.
func (f form) bad(name, body, want string) badRequest {
	return badRequest{name: f.name + ": " + name, method: f.method, path: f.path, as: f.as,
		header: []string{"Content-Type: application/json"}, body: body, want: want}
}

// badMember makes a case of one member.
func (f form) badMember(member, what, value, want string) badRequest {
	return f.bad(member+" "+what, f.with(member, value), want)
}
