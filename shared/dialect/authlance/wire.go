package authlance

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// wire is what a token keeps to say again as it was sent (pat.Token.Wire).
type wire struct {
	Scopes []string `json:"scopes"` // with those that were there more than once
}

// facts are what is shown of a token wherever it is shown. What is not set is left out: no text but a date is one.
type facts struct {
	UserID         string     `json:"userId"`
	GroupID        uint64     `json:"groupId"`
	Name           string     `json:"name"`
	TokenPrefix    pat.Prefix `json:"tokenPrefix"`
	Scopes         []string   `json:"scopes"`
	EffectiveScope string     `json:"effectiveScope,omitzero"`
	ExpiresAt      string     `json:"expiresAt,omitzero"`
	LastUsedAt     string     `json:"lastUsedAt,omitzero"`
}

// tokenView is the product's token. It has no revokedAt, since a revoked one is never shown.
type tokenView struct {
	ID pat.ID `json:"id"`
	facts
	DisplayOnceShown bool   `json:"displayOnceShown"`
	CreatedAt        string `json:"createdAt"`
	UpdatedAt        string `json:"updatedAt"`
	Token            string `json:"token,omitzero"` // the secret, in the answer that mints it alone
}

func about(t pat.Token) (facts, error) {
	group, err := groupNumber(t)
	if err != nil {
		return facts{}, fmt.Errorf("read the group of token %s: %w", t.ID, err)
	}
	scopes, err := asSent(t)
	if err != nil {
		return facts{}, err
	}
	return facts{
		UserID: t.CreatedBy.Name(), GroupID: group, Name: t.Name, TokenPrefix: t.Prefix, Scopes: scopes,
		EffectiveScope: widest(t.Scopes), ExpiresAt: wireTime(t.ExpiresAt), LastUsedAt: wireTime(t.Usage.LastUsedAt),
	}, nil
}

// asSent are the scopes as they were sent, unless another API has changed them since.
func asSent(t pat.Token) ([]string, error) {
	if len(t.Wire) == 0 {
		return names(t.Scopes), nil
	}
	var kept wire
	if err := json.Unmarshal(t.Wire, &kept); err != nil {
		return nil, fmt.Errorf("decode what token %s keeps: %w", t.ID, err)
	}
	if !slices.Equal(distinct(kept.Scopes), t.Scopes) {
		return names(t.Scopes), nil
	}
	return kept.Scopes, nil
}

func view(t pat.Token) (tokenView, error) {
	shown, err := about(t)
	if err != nil {
		return tokenView{}, err
	}
	return tokenView{ID: t.ID, facts: shown, DisplayOnceShown: true, CreatedAt: wireTime(t.CreatedAt), UpdatedAt: wireTime(t.UpdatedAt)}, nil
}

// wireTime is a time in whole seconds, rounded down, and "" for one that is not set.
func wireTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
