package dockerhub

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// wire is what a token keeps to say again as it was sent (pat.Token.Wire).
type wire struct {
	CreatorIP string `json:"creator_ip,omitzero"`
	CreatorUA string `json:"creator_ua,omitzero"`
	ExpiresAt string `json:"expires_at,omitzero"` // to the byte: clients compare
	Unscoped  bool   `json:"unscoped,omitzero"`   // made without scopes, so it shows none
}

// allScopes is what a token may do that was made without scopes.
var allScopes = []pat.Scope{"repo:admin"}

// tokenView is the product's token.
type tokenView struct {
	UUID        pat.ID      `json:"uuid"`
	ClientID    string      `json:"client_id"`
	CreatorIP   string      `json:"creator_ip"`
	CreatorUA   string      `json:"creator_ua"`
	CreatedAt   string      `json:"created_at"`
	LastUsed    *string     `json:"last_used"`
	GeneratedBy string      `json:"generated_by"`
	IsActive    bool        `json:"is_active"`
	Token       string      `json:"token"` // the secret, in the answer that mints it alone
	Label       string      `json:"token_label"`
	Scopes      []pat.Scope `json:"scopes"`
	ExpiresAt   *string     `json:"expires_at"`
}

func view(t pat.Token) (tokenView, error) {
	var kept wire
	if err := json.Unmarshal(t.Wire, &kept); err != nil {
		return tokenView{}, fmt.Errorf("decode what token %s keeps: %w", t.ID, err)
	}
	return tokenView{
		UUID: t.ID, ClientID: "HUB", CreatorIP: kept.CreatorIP, CreatorUA: kept.CreatorUA, CreatedAt: wireTime(t.CreatedAt),
		LastUsed: optionalTime(t.Usage.LastUsedAt), GeneratedBy: "manual", IsActive: !t.Disabled, Label: t.Name,
		Scopes: kept.scopes(t), ExpiresAt: kept.expiry(t),
	}, nil
}

// scopes are those sent; what was changed since, through another API, is shown as it is.
func (w wire) scopes(t pat.Token) []pat.Scope {
	if w.Unscoped && slices.Equal(t.Scopes, allScopes) {
		return []pat.Scope{}
	}
	return t.Scopes
}

// expiry is the text sent, unless another API has changed the expiry since.
func (w wire) expiry(t pat.Token) *string {
	if at, ok := dialect.ParseTime(w.ExpiresAt); ok && at.Equal(t.ExpiresAt) {
		return &w.ExpiresAt
	}
	return optionalTime(t.ExpiresAt)
}

const timeLayout = "2006-01-02T15:04:05.000000Z"

func wireTime(t time.Time) string { return t.UTC().Format(timeLayout) }

// optionalTime is null for a time that is not set: an empty text breaks the command line.
func optionalTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := wireTime(t)
	return &text
}
