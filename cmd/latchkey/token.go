package main

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"latchkey/shared/pat"
)

// tokenCommand is for tokens: one's own, one's groups', and for administrators everyone's.
type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make a token; its secret alone goes to stdout, this once."`
	List   tokenListCommand   `cmd:"" help:"List tokens, newest first."`
	Show   tokenShowCommand   `cmd:"" help:"Show one token, without its secret."`
	Update tokenUpdateCommand `cmd:"" help:"Change a token."`
	Revoke tokenRevokeCommand `cmd:"" help:"Revoke tokens, for good."`
	Verify tokenVerifyCommand `cmd:"" help:"Is a token good? It is read from LATCHKEY_VERIFY_TOKEN or stdin; exit status 3 says no."`
}

// token is the API's token.
type token struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	Description     string    `json:"description"`
	Owner           string    `json:"owner"`
	CreatedBy       string    `json:"createdBy"`
	Prefix          string    `json:"prefix"`
	Status          string    `json:"status"`
	Scopes          []string  `json:"scopes"`
	EffectiveScopes []string  `json:"effectiveScopes"`
	CreatedAt       time.Time `json:"createdAt"`
	UpdatedAt       time.Time `json:"updatedAt"`
	ExpiresAt       time.Time `json:"expiresAt"`
	NotBefore       time.Time `json:"notBefore"`
	LastUsedAt      time.Time `json:"lastUsedAt"`
	LastUsedIPs     []string  `json:"lastUsedIps"`
	AllowedIPs      []string  `json:"allowedIps"`
	MaxUses         *int64    `json:"maxUses"`
	UsesLeft        *int64    `json:"usesLeft"`
	Version         int64     `json:"version"`
}

func (t token) expires() string {
	if t.ExpiresAt.IsZero() {
		return "never"
	}
	return shortTime(t.ExpiresAt)
}

// fields are all that there is to show of a token.
func (t token) fields() [][2]string {
	return [][2]string{
		{"id", t.ID}, {"name", t.Name}, {"description", t.Description}, {"status", t.Status}, {"prefix", t.Prefix},
		{"owner", t.Owner}, {"created by", t.CreatedBy}, {"scopes", words(t.Scopes)}, {"effective scopes", words(t.EffectiveScopes)},
		{"created", shortTime(t.CreatedAt)}, {"updated", shortTime(t.UpdatedAt)}, {"not before", shortTime(t.NotBefore)},
		{"expires", t.expires()}, {"last used", shortTime(t.LastUsedAt)}, {"last used from", words(t.LastUsedIPs)},
		{"allowed from", words(t.AllowedIPs)}, {"uses", number(t.MaxUses)}, {"uses left", number(t.UsesLeft)},
		{"version", strconv.FormatInt(t.Version, 10)},
	}
}

// tokenID is the argument that most of them take.
type tokenID struct {
	ID string `arg:"" name:"id" help:"The token's id, as list shows it."`
}

func tokenPath(id string) string { return "/v1/tokens/" + url.PathEscape(id) }

// checkID refuses what is no id, before it is sent or repeated anywhere: it may be a token's secret.
func checkID(id string) error {
	if _, ok := pat.ParseID(id); !ok {
		return usageError{"a token is named by its id, as list shows it; neither by its prefix nor by its secret"}
	}
	return nil
}

// tokenShowCommand shows one token.
type tokenShowCommand struct {
	tokenID
	remote
}

// Run shows it.
func (c tokenShowCommand) Run(env *environment) error {
	if err := checkID(c.ID); err != nil {
		return err
	}
	return show(env, c.remote, call{method: http.MethodGet, path: tokenPath(c.ID)}, func(t token) error {
		return showFields(env.stdout, t.fields()...)
	})
}

// tokenListCommand lists tokens.
type tokenListCommand struct {
	Group  string `placeholder:"ID" help:"Those of a group."`
	Owner  string `placeholder:"OWNER" help:"Those of another owner, such as user#alice; for administrators."`
	Status string `placeholder:"STATUS" help:"Those that are ${statuses}."`
	Prefix string `placeholder:"P" help:"Those whose public part begins so; an administrator's search is among everyone's."`
	pageFlags
	remote
}

// Run lists them.
func (c tokenListCommand) Run(env *environment) error {
	query := url.Values{}
	for name, value := range map[string]string{"groupId": c.Group, "owner": c.Owner, "status": c.Status, "prefix": c.Prefix} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return list(env, c.remote, c.pageFlags, listing{
		path: "/v1/tokens", member: "tokens", query: query,
		heading: []string{"ID", "NAME", "STATUS", "PREFIX", "EXPIRES", "LAST USED", "SCOPES"},
	}, func(t token) []string {
		return []string{t.ID, t.Name, t.Status, t.Prefix, t.expires(), shortTime(t.LastUsedAt), words(t.Scopes)}
	})
}

// statuses lists what --status can be, for its help.
func statuses() string {
	var list []string
	for _, s := range pat.Statuses() {
		list = append(list, string(s))
	}
	return strings.Join(list, ", ")
}
